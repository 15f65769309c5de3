package import Contracts
package import Pipeline

/// The providers of one gateway, by name.
package struct ProviderRegistry: Sendable {
    private let providers: [String: any Provider]
    private let limits: [String: ProviderLimits]
    private let standards: [ProviderTask.Kind: String]
    private let pollSeconds: [String: Int]
    private let first: String

    /// The first one takes what no run chose a provider for, except for kinds of work that `standards` names another for.
    ///
    /// `limits` are by name, and so is `pollSeconds`: the longest pause between two questions about a task.
    package init(
        _ standard: any Provider,
        _ others: [any Provider] = [],
        limits: [String: ProviderLimits] = [:],
        standards: [ProviderTask.Kind: String] = [:],
        pollSeconds: [String: Int] = [:]
    ) {
        self.limits = limits
        self.standards = standards
        self.pollSeconds = pollSeconds
        first = standard.name
        providers = Dictionary(
            ([standard] + others).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package subscript(name: String) -> (any Provider)? { providers[name] }

    /// Who takes what no run chose a provider for; `kind` is nil for work of a kind that nobody knows.
    package func standard(for kind: ProviderTask.Kind?) -> String {
        kind.flatMap { standards[$0] } ?? first
    }

    /// What a provider may be given, or a model that makes plans may be asked.
    package func limits(of name: String) -> ProviderLimits { limits[name] ?? .none }

    /// When a provider is asked about its tasks: as it suggests, or more often where the operator wants that.
    package func pollSchedule(
        of provider: any Provider,
        for kind: ProviderTask.Kind,
        mediaMs: Int?
    ) -> PollSchedule {
        let schedule = provider.pollSchedule(for: kind, mediaMs: mediaMs)
        return pollSeconds[provider.name].map { schedule.asked(everyMs: $0 * 1_000) } ?? schedule
    }

    /// How many tasks each provider may have at once, where that is limited.
    package var places: [String: Int] {
        // Models that make plans have limits here, too, and no tasks.
        limits.filter { providers[$0.key] != nil }.compactMapValues(\.concurrency)
    }

    package var names: [String] { providers.keys.sorted() }

    /// The names of those that do work of a kind.
    package func names(performing kind: ProviderTask.Kind) -> [String] {
        providers.values.filter { $0.performs(kind) }.map(\.name).sorted()
    }
}
