import Contracts
import Editorial
import Hummingbird
import Pipeline
import Providers
import Store

/// The providers of this gateway, for operators.
struct ProviderRoutes: Sendable {
    let services: APIServices

    var endpoints: [Endpoint] { [Endpoint(.get, "/v1/ops/providers", .key(.ops), handler: list)] }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var views: [ProviderView] = []
        for name in services.providers.names {
            guard let provider = services.providers[name] else { continue }
            views.append(view(provider, try await services.store.standing(of: name)))
        }
        for name in services.editorial.names { views.append(try await editor(name)) }
        return try .json(Page(data: views.sorted { $0.name < $1.name }, hasMore: false, next: nil))
    }

    /// A model that makes plans: it is asked within a stage, so it has no tasks and no callbacks.
    private func editor(_ name: String) async throws -> ProviderView {
        let limits = services.providers.limits(of: name)
        let use = try await services.store.questions(to: name)
        return ProviderView(
            name: name,
            identity: try services.editorial.model(named: name).identity,
            kinds: [Stage.plan.rawValue],
            callbacks: nil,
            trust: nil,
            guards: Self.guards([
                ("concurrency", limits.concurrency, use.live),
                ("requests_per_minute", limits.requestsPerMinute, use.givenInMinute),
            ])
        )
    }

    private func view(_ provider: any Provider, _ standing: ProviderStanding) -> ProviderView {
        let limits = services.providers.limits(of: provider.name)
        let use = standing.use
        return ProviderView(
            name: provider.name,
            identity: provider.identity,
            kinds: ProviderTask.Kind.allCases.filter(provider.performs).map(\.rawValue),
            callbacks: provider.callbackMeaning.rawValue,
            trust: provider.callbackTrust.rawValue,
            liveTasks: standing.live,
            queuedTasks: standing.queued,
            lastSuccessAt: standing.lastSuccessAt,
            lastFailureAt: standing.lastFailureAt,
            lastFailure: standing.lastFailure,
            endings: standing.endings,
            shorts: standing.shorts,
            guards: Self.guards([
                ("concurrency", limits.concurrency, use.live),
                ("requests_per_minute", limits.requestsPerMinute, use.givenInMinute),
                ("minutes_per_day", limits.minutesPerDay, use.mediaMsToday / 60_000),
                ("renders_per_day", limits.rendersPerDay, use.rendersToday),
            ])
        )
    }

    private static func guards(
        _ measures: [(name: String, limit: Int?, used: Int)]
    ) -> [ProviderView.Guard] {
        measures.compactMap { measure in
            measure.limit.map { ProviderView.Guard(name: measure.name, limit: $0, used: measure.used) }
        }
    }
}
