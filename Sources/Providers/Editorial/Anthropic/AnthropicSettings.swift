package import Signatures

/// How the Anthropic Messages API is reached.
package struct AnthropicSettings: Sendable {
    /// How an answer is held to its form.
    package enum Form: String, Sendable, CaseIterable {
        /// `output_config` with a JSON schema.
        case schema
        /// A tool that must be called, for servers and models without `output_config`.
        case tool
    }

    package static let modelDefault = "claude-sonnet-5-5"
    package static let urlDefault = "https://api.anthropic.com"
    package static let versionDefault = "2026-10-21"

    package var key: Secret
    package var model = modelDefault
    /// Without a slash at the end.
    package var url = urlDefault
    /// Sent as `anthropic-version`; what may be sent and what comes back depends on it.
    package var version = versionDefault
    package var form = Form.schema

    package init(key: Secret) {
        self.key = key
    }
}
