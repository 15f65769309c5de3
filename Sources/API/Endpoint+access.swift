import Hummingbird

extension Endpoint {
    /// The handler behind the checks of who calls it and of the query.
    func guarded(by authenticator: Authenticator) -> Handler {
        let (plain, query) = (handler, route.query)
        let handler: Handler = { request, context in
            // After the caller is known: strangers learn nothing of a route's parameters.
            if let query { _ = try QueryReader(request, known: query) }
            return try await plain(request, context)
        }
        switch route.access {
        case .open, .token:
            return handler
        case .link:
            return { request, context in
                try authenticator.checkLink(request)
                return try await handler(request, context)
            }
        case .key(let scope):
            return { request, context in
                var context = context
                context.principal = try await authenticator.caller(of: request, scope: scope, context)
                return try await handler(request, context)
            }
        case .keyOrLink(let scope):
            return { request, context in
                var context = context
                if Authenticator.hasLink(request) {
                    try authenticator.checkLink(request)
                } else {
                    context.principal = try await authenticator.caller(of: request, scope: scope, context)
                }
                return try await handler(request, context)
            }
        }
    }
}
