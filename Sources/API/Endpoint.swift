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
        query: Set<String> = [],
        handler: @escaping Handler
    ) {
        let takesAnyQuery = access == .open
        route = Route(method: method, path: path, access: access, query: takesAnyQuery ? nil : query)
        self.handler = handler
    }
}
