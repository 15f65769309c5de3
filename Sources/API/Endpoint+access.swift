import Hummingbird

extension Endpoint {
    /// The handler behind the check of who calls it.
    func guarded(by authenticator: Authenticator) -> Handler {
        let handler = handler
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
                context.principal = try await authenticator.caller(of: request, scope: scope)
                return try await handler(request, context)
            }
        case .keyOrLink(let scope):
            return { request, context in
                var context = context
                if Authenticator.hasLink(request) {
                    try authenticator.checkLink(request)
                } else {
                    context.principal = try await authenticator.caller(of: request, scope: scope)
                }
                return try await handler(request, context)
            }
        }
    }
}
