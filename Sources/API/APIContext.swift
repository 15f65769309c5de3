import Contracts
import HTTPTypes
package import Hummingbird
import NIOCore
import NIOHTTPTypes
import Store
import Threads

/// What is known about one request beside its bytes.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Sent back as `X-Request-Id` and named in problems and log lines.
    var requestId = ""
    /// Whoever the API key belongs to; nil behind a signed link, a token or an open route.
    var principal: Principal?
    /// What the caller's allowance says; shared by all copies of the context.
    let rate = Locked<RateDecision?>(nil)
    private let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The tenant of the caller, for routes that need a key.
    var tenantId: String {
        get throws {
            guard let principal else { throw Problem(.unauthorized, detail: "this needs an API key") }
            return principal.tenantId
        }
    }

    /// All that ids, tokens, digests and package names are made of.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Tells a client that waits before sending its body that the body is wanted.
    ///
    /// Clients such as curl wait a second for it; those that are refused before never send the body at all.
    func askForBody() async throws {
        try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
    }

    /// A parameter of the route's path.
    func parameter(_ name: String) throws -> String {
        guard let value = parameters.get(name), value.utf8.count <= 256, value.utf8.allSatisfy(Self.isPlain)
        else { throw Problem.noSuchObject }
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
