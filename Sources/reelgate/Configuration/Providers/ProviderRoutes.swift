/// Who does what no run chose a provider for.
struct ProviderRoutes: Sendable, Hashable {
    /// In the order of preference; empty for the worker.
    var transcribe: [String] = []
    /// The same for runs that say their language, by its tag.
    var languages: [String: [String]] = [:]
    var frame: String?
    var render: String?
    var editorial: String?

    /// As the runtime takes them: `*` is any language.
    var transcriptionByLanguage: [String: [String]] {
        transcribe.isEmpty ? languages : languages.merging(["*": transcribe]) { own, _ in own }
    }
}
