import HTTPTypes
import Hummingbird

/// A route and what answers it.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, APIContext) async throws -> Response

    let route: Route
    let handler: Handler

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Route.Access,
        handler: @escaping Handler
    ) {
        route = Route(method: method, path: path, access: access)
        self.handler = handler
    }
}
