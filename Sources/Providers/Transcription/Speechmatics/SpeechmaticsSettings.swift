package import Signatures

/// What an account at Speechmatics is used with.
package struct SpeechmaticsSettings: Sendable, Hashable {
    package var key: Secret
    /// Without a slash at the end; each region has a host of its own.
    package var baseURL: String
    /// `standard`, `enhanced` or a newer one.
    package var model: String
    package var labelsSpeakers: Bool

    package init(
        key: Secret,
        baseURL: String = "https://asr.api.speechmatics.com",
        model: String = "enhanced",
        labelsSpeakers: Bool = true
    ) {
        self.key = key
        self.baseURL = baseURL
        self.model = model
        self.labelsSpeakers = labelsSpeakers
    }
}
