import Hummingbird
import Logging

/// Counts every request and leaves one log line for it.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let counters: RequestCounters

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let elapsed = ContinuousClock.now - start
        // The route's pattern, not the path: paths hold tokens, and are without number.
        let route = context.endpointPath ?? "none"
        counters.count(method: request.method.rawValue, route: route, status: response.status.code)
        let milliseconds =
            elapsed.components.seconds * 1_000 + elapsed.components.attoseconds / 1_000_000_000_000_000
        context.logger.info(
            "request",
            metadata: [
                "method": .string(request.method.rawValue), "route": .string(route),
                "status": .stringConvertible(response.status.code), "ms": .stringConvertible(milliseconds),
            ]
        )
        return response
    }
}
