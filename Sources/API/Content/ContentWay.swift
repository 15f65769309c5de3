import Contracts
import Hummingbird

/// Which way bytes go to a client: past the gateway, where the store has links of its own, or through it.
enum ContentWay: String, CaseIterable, Sendable {
    case redirect = "true"
    case through = "false"

    /// The parameters of routes that answer with content.
    static let query = Authenticator.linkQuery.union(["redirect"])

    /// As the client asks; HEAD is answered here, since a link is for GET alone.
    init(_ request: Request) throws(Problem) {
        let reader = try QueryReader(request, known: Self.query)
        let asked = try reader.word("redirect", as: ContentWay.self) ?? .redirect
        self = request.method == .get ? asked : .through
    }
}
