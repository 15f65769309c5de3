import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Answers every error with a problem document.
struct ProblemRenderer<Context: RequestContext>: RouterMiddleware {
    @concurrent func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = problem(for: error, context)
            var response = try Response.json(problem, status: .init(code: problem.status))
            response.headers[.contentType] = "application/problem+json"
            if problem.status == 429 || problem.status == 503 {
                response.headers[.retryAfter] = String(TaskQueue.retryAfterSeconds)
            }
            return response
        }
    }

    private func problem(for error: any Error, _ context: Context) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as any HTTPResponseError:
            switch error.status.code {
            case 404: return Problem(.notFound, detail: "there is nothing at this path")
            case 413: return Problem(.bodyTooLarge, detail: "the body is longer than 8 MiB")
            default: break
            }
        default: break
        }
        context.logger.error("a request failed in an unknown way", metadata: ["error": "\(error)"])
        return Problem(.internalError, detail: "the worker failed; its log has the cause")
    }
}
