package import Signatures

/// What an account at AssemblyAI is used with.
package struct AssemblyAISettings: Sendable, Hashable {
    package var key: Secret
    /// Without a slash at the end; accounts in Europe have a host of their own.
    package var baseURL: String
    /// In the order of preference.
    package var speechModels: [String]
    package var labelsSpeakers: Bool

    package init(
        key: Secret,
        baseURL: String = "https://api.assemblyai.com",
        speechModels: [String] = ["universal-3-pro", "universal-2"],
        labelsSpeakers: Bool = true
    ) {
        self.key = key
        self.baseURL = baseURL
        self.speechModels = speechModels
        self.labelsSpeakers = labelsSpeakers
    }
}
