import Artifacts
import Contracts
import HTTPTypes
import Hummingbird
import Logging
import Store

/// Renders whatever a handler throws as a problem document, so that no other kind of error leaves the server.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let routes: [Route]

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let refusal = refusal(of: error, request: request, context: context)
            return Response.problem(
                refusal.problem,
                requestId: context.requestId,
                headers: refusal.headers
            )
        }
    }

    private func refusal(of error: any Error, request: Request, context: APIContext) -> Refusal {
        switch error {
        case let refusal as Refusal: return refusal
        case let problem as Problem: return Refusal(problem, headers: Self.headers(of: problem))
        case let error as any HTTPResponseError where error.status == .notFound:
            return unknownRoute(request)
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            let problem = Problem(.bodyTooLarge, detail: "The body is larger than this route takes.")
            return Refusal(problem, headers: [:])
        case is CancellationError:
            let problem = Problem(.unavailable, detail: "The server is shutting down.")
            return Refusal(problem, headers: Self.headers(of: problem))
        default:
            let isAway = Self.isAway(error)
            context.logger.log(
                // The loss of the database is told once, by whoever looks after it.
                level: Store.isAway(error) ? .debug : isAway ? .warning : .error,
                "request failed",
                metadata: [
                    "method": .string(request.method.rawValue),
                    "route": .string(context.endpointPath ?? "none"),
                    "error": .string(String(describing: error)),
                ]
            )
            guard isAway else { return Refusal(.internalError, headers: [:]) }
            let problem = Problem(.unavailable, detail: "The database or the storage does not work now.")
            return Refusal(problem, headers: Self.headers(of: problem))
        }
    }

    /// Whether what we stand on is away, which is no mistake of the request and passes.
    private static func isAway(_ error: any Error) -> Bool {
        Store.isAway(error) || Store.isOverloaded(error) || (error as? ArtifactError)?.code == .ioFailed
    }

    /// The router tells a wrong method from a wrong path no more than by 404.
    private func unknownRoute(_ request: Request) -> Refusal {
        let segments = request.uri.path.split(separator: "/")
        let methods = routes.filter { $0.matches(segments) }.map(\.method.rawValue)
        guard !methods.isEmpty else { return Refusal(.noSuchPath, headers: [:]) }
        let allowed = Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
        let problem = Problem(
            .methodNotAllowed,
            detail: "This path takes \(allowed.joined(separator: ", "))."
        )
        return Refusal(problem, headers: [.allow: allowed.joined(separator: ", ")])
    }

    private static func headers(of problem: Problem) -> HTTPFields {
        switch problem.slug {
        case Problem.Slug.unauthorized.rawValue: [.wwwAuthenticate: "Bearer realm=\"reelgate\""]
        case Problem.Slug.idempotencyKeyInUse.rawValue: [.retryAfter: "1"]
        case Problem.Slug.unavailable.rawValue, Problem.Slug.rateLimited.rawValue: [.retryAfter: "5"]
        case Problem.Slug.deliveriesBehind.rawValue: [.retryAfter: "30"]
        default: [:]
        }
    }
}
