import Signatures

/// The providers that the operator set up, and who does what no run chose a provider for.
struct ProviderSettings: Sendable {
    /// One provider that is set up.
    struct Entry: Sendable {
        let kind: ProviderKind
        let values: ProviderValues

        var name: String { values.provider }
    }

    /// By name.
    let entries: [Entry]
    let routes: ProviderRoutes

    /// Reads the file that `REELGATE_PROVIDERS_FILE` names, and lays the environment over it.
    ///
    /// Throws one error that tells of all mistakes.
    init(_ settings: Settings) throws {
        let file = try settings[.providersFile].map { try ProviderFile(path: $0) }
        var reader = ProviderReader(settings: settings, file: file)
        let entries = reader.readEntries()
        let routes = reader.readRoutes(entries)
        guard reader.faults.isEmpty else {
            throw Settings.Invalid(description: reader.faults.joined(separator: "\n"))
        }
        self.entries = entries
        self.routes = routes
    }
}

extension Settings {
    /// Takes the worker of the providers file where nothing else names one.
    mutating func adopt(_ providers: ProviderSettings) {
        guard let worker = providers.entries.first(where: { $0.kind.work == .media })?.values else { return }
        fill(.workerURL, with: worker.text("url"))
        fill(.workerSecret, with: worker.secret("secret")?.reveal())
    }
}
