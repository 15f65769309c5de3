import Contracts
package import Hummingbird
import Store

/// What is known about one request beside its bytes.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Sent back as `X-Request-Id` and named in problems and log lines.
    var requestId = ""
    /// Whoever the API key belongs to; nil behind a signed link, a token or an open route.
    var principal: Principal?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// The tenant of the caller, for routes that need a key.
    var tenantId: String {
        get throws {
            guard let principal else { throw Problem(.unauthorized, detail: "this needs an API key") }
            return principal.tenantId
        }
    }

    /// A parameter of the route's path.
    func parameter(_ name: String) throws -> String {
        guard let value = parameters.get(name), value.utf8.count <= 256 else { throw Problem.noSuchObject }
        return value
    }
}

extension APIContext {
    /// The id in the path; one of another shape belongs to nothing.
    func id(_ prefix: ResourceID.Prefix) throws -> String {
        let id = try parameter("id")
        guard ResourceID.isValid(id, prefix) else { throw Problem.noSuchObject }
        return id
    }
}

extension APIContext {
    /// What `{name...}` of the route stands for.
    var restOfPath: String { parameters.getCatchAll().joined(separator: "/") }
}
