import Contracts
import Hummingbird
import Store

/// What operators of all tenants look at and set going: what does not move, and why.
struct OpsRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    static let olderThanSecondsDefault: Int64 = 900
    static let olderThanSecondsMax: Int64 = 365 * 86_400

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/v1/ops/stuck", .key(.ops), query: ["older_than_seconds"], handler: stuck),
            Endpoint(.post, "/v1/ops/reconcile", .key(.ops), handler: reconcile),
        ]
    }

    @Sendable private func stuck(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try QueryReader(request, known: ["older_than_seconds"])
        let seconds = try query.integer(
            "older_than_seconds",
            in: 0...Self.olderThanSecondsMax,
            default: Self.olderThanSecondsDefault
        )
        return try .json(await services.store.stuck(olderThanSeconds: Int(seconds)))
    }

    @Sendable private func reconcile(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.jsonBody(bytesMax: configuration.limits.jsonBytesMax, context)
        guard let receipt = try await services.store.reconcile(try body.value.read(scope)) else {
            throw Problem.noSuchObject
        }
        services.wakeRuntime()
        services.wakeWebhooks()
        return try .json(receipt)
    }

    /// Exactly one of a run, a provider and everything.
    private func scope(_ value: JSONValue, findings: inout Findings) -> ReconcileScope? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        var scopes: [ReconcileScope] = []
        let count = ["run_id", "provider", "all"].count { body.value($0) != nil }
        if count != 1 { findings.add("", "must have exactly one of run_id, provider and all") }
        if let id = body.string("run_id", findings: &findings) { scopes.append(.run(id)) }
        if let name = body.string("provider", findings: &findings) {
            if !configuration.providers.isKnown(name) {
                findings.add("/provider", "no such provider is configured", slug: .unknownProvider)
            }
            scopes.append(.provider(name))
        }
        if let all = body.value("all") {
            if all != .bool(true) { findings.add("/all", "must be true") }
            scopes.append(.all)
        }
        body.finish(findings: &findings)
        return scopes.first
    }
}
