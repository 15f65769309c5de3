package import Signatures

/// How the OpenAI API, or a server that speaks it, is reached.
package struct OpenAISettings: Sendable {
    package enum API: String, Sendable, CaseIterable {
        /// `/chat/completions`, which compatible servers have.
        case chat
        /// `/responses`.
        case responses
    }

    package static let urlDefault = "https://api.openai.com/v1"

    /// Nil for a server that asks for none.
    package var key: Secret?
    package var model: String
    /// With its version, without a slash at the end.
    package var url = urlDefault
    package var api = API.chat

    package init(key: Secret?, model: String) {
        self.key = key
        self.model = model
    }
}
