package import Signatures

/// What an account at Rev.ai is used with.
package struct RevAISettings: Sendable, Hashable {
    package var token: Secret
    /// Without a slash at the end; accounts in Europe have a host of their own.
    package var baseURL: String
    /// Of runs that name no language: Rev.ai does not detect it.
    package var languageDefault: String?
    package var labelsSpeakers: Bool

    package init(
        token: Secret,
        baseURL: String = "https://api.rev.ai",
        languageDefault: String? = nil,
        labelsSpeakers: Bool = true
    ) {
        self.token = token
        self.baseURL = baseURL
        self.languageDefault = languageDefault
        self.labelsSpeakers = labelsSpeakers
    }
}
