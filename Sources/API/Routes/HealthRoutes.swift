import Contracts
import HTTPTypes
import Hummingbird
import NIOCore
import Providers
import Store

/// Whether the process lives, whether it can work, and what it counts.
struct HealthRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration
    let counters: RequestCounters
    let callbacks: CallbackCounters
    let streams: StreamSlots

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/", .open, handler: home),
            Endpoint(.get, "/healthz", .open, handler: health),
            Endpoint(.get, "/readyz", .open, handler: readiness),
            Endpoint(.get, "/metrics", .open, handler: metrics),
        ]
    }

    private struct Readiness: Encodable {
        let status: String
        let checks: [String: String]
    }

    @Sendable private func home(_ request: Request, _ context: APIContext) async throws -> Response {
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        ]
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: Self.page))
        )
    }

    @Sendable private func health(_ request: Request, _ context: APIContext) async throws -> Response {
        try .json(["status": "ok"])
    }

    @Sendable private func readiness(_ request: Request, _ context: APIContext) async throws -> Response {
        let outcomes = await ReadinessProbe(
            checks: services.checks,
            limitMs: configuration.limits.readinessMs
        ).outcomes(logger: context.logger)
        let isReady = outcomes.values.allSatisfy { $0 == ReadinessProbe.okay }
        let answer = Readiness(status: isReady ? "ready" : "not-ready", checks: outcomes)
        return try .json(answer, status: isReady ? .ok : .serviceUnavailable)
    }

    @Sendable private func metrics(_ request: Request, _ context: APIContext) async throws -> Response {
        let gauges = try await services.store.gauges()
        var text = MetricsText()
        text.add(gauges)
        text.add(counters)
        text.add(callbacks)
        text.add(services.store.shorts)
        text.add(services.providerMeter.snapshot)
        text.addProcess(openStreams: streams.count)
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.lines))
        )
    }

    private static let page = """
        <!doctype html>
        <html lang="en">
        <title>Reelgate</title>
        <h1>Reelgate</h1>
        <p>A webhook-first gateway that turns long video into short clips.</p>
        <p>This is its HTTP API: <code>POST /v1/assets</code>, <code>POST /v1/runs</code>,
        <code>GET /v1/runs/{id}/events</code>, <code>POST /v1/webhook-endpoints</code>. Every call needs
        <code>Authorization: Bearer &lt;key&gt;</code>; <code>contracts/openapi.yaml</code> describes it all.</p>
        <p>For operators: <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>,
        <a href="/metrics">/metrics</a>.</p>
        </html>

        """
}
