import HTTPTypes
import Hummingbird
import Threads

/// Tells every caller with a key how much of its allowance is left, and a refused one when to come back.
struct RateLimitMiddleware: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let rate = context.rate.withLock({ $0 }) else { return response }
        response.headers[.rateLimitLimit] = String(rate.limit)
        response.headers[.rateLimitRemaining] = String(rate.remaining)
        response.headers[.rateLimitReset] = String(rate.resetSeconds)
        if !rate.isAllowed { response.headers[.retryAfter] = String(rate.retryAfterSeconds) }
        return response
    }
}
