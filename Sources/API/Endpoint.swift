import HTTPTypes
import Hummingbird

/// A route and what answers it.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, APIContext) async throws -> Response

    let route: Route
    let handler: Handler

    /// With nil in place of a `query` it takes any.
    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Route.Access,
        query: Set<String>? = [],
        handler: @escaping Handler
    ) {
        route = Route(method: method, path: path, access: access, query: access == .open ? nil : query)
        self.handler = handler
    }
}
