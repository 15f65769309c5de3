import Contracts
import HTTPTypes
import Hummingbird
import Logging
import Store

/// The gateways that share the database, for operators.
struct GatewayRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/v1/ops/gateways", .key(.ops), handler: list),
            Endpoint(.post, "/v1/ops/drain", .key(.ops), handler: drain),
        ]
    }

    private static let actions = ["drain", "resume"]

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Self.page(try await services.store.gateways())
    }

    /// The gateways hear of it with their next heartbeat.
    @Sendable private func drain(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.jsonBody(bytesMax: configuration.limits.jsonBytesMax, context)
        let (action, id) = try body.value.read(Self.readOrder)
        if let id, !ResourceID.isValid(id, .gateway) { throw Problem.noSuchObject }
        let asked = try await services.store.drainGateways(id: id, isResuming: action == "resume")
        guard let asked else { throw Problem.noSuchObject }
        context.logger.notice(
            "gateways are asked to \(action)",
            metadata: ["gateways": .string(asked.map(\.id).joined(separator: " "))]
        )
        return try Self.page(asked)
    }

    /// What is to be done, and by which gateway; all when it is left out.
    private static func readOrder(
        _ value: JSONValue,
        findings: inout Findings
    ) -> (action: String, id: String?)? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        let action = body.string("action", findings: &findings)
        if let action {
            if !actions.contains(action) { findings.add("/action", "must be 'drain' or 'resume'") }
        } else if findings.isEmpty {
            findings.add("/action", "is required")
        }
        let id = body.string("gateway_id", findings: &findings)
        body.finish(findings: &findings)
        return action.map { ($0, id) }
    }

    private static func page(_ gateways: [GatewayRecord]) throws -> Response {
        try .json(Page(data: gateways.map { $0.view() }, hasMore: false, next: nil))
    }
}
