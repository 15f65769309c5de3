import Providers

extension ProviderKind {
    /// A media worker that runs elsewhere; the gateway knows one only.
    static let worker = ProviderKind(
        EmbeddedWorker.standardName,
        does: .media,
        [
            ProviderMember("url", .address, "a media worker that runs elsewhere", isNeeded: true),
            ProviderMember("secret", .key, "whsec_... shared with the worker", isNeeded: true),
        ],
        reachesGateway: false,
        isSetByEnvironment: false
    ) { _, _ in .worker }
}
