import Foundation
package import LoopbackSupport
import Threads

/// A hosted service of the tests: it answers as its contract says, and badly where it is told to.
package final class FakeService: Sendable {
    /// What goes wrong with one request.
    package enum Trouble: Sendable {
        /// Nothing is done, and this is answered.
        case answer(LoopbackAnswer)
        /// All is done, and this happens before the answer is sent.
        case before(@Sendable (LoopbackAnswer) -> Void)
        /// Nothing: the one behind it is meant for the next request.
        case passes
        /// Nothing is done, and the connection ends.
        case hangUp
        /// All is done, and nobody hears of it.
        case lostReply
        /// All is done, and the answer is this.
        case garbledReply(String)
    }

    /// Which requests go wrong.
    package enum Asked: Sendable {
        /// Those that order work.
        case order
        /// All others.
        case question
        case anything
        case such(@Sendable (LoopbackRequest) -> Bool)
    }

    package let server: LoopbackServer
    private let troubles: Locked<[(asked: Asked, trouble: Trouble)]>

    package var url: String { server.url }
    package var received: [LoopbackRequest] { server.received }

    /// `trusts` looks at the key of a request, `route` does what it asks for.
    ///
    /// One that is `down` refuses connections until `comeUp`.
    package init(
        isDown: Bool = false,
        trusts: @escaping @Sendable (LoopbackRequest) -> Bool,
        refusal: String,
        orders: @escaping @Sendable (LoopbackRequest) -> Bool = { $0.method == "POST" },
        route: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer
    ) throws {
        let troubles = Locked<[(asked: Asked, trouble: Trouble)]>([])
        self.troubles = troubles
        server = try LoopbackServer(isDown: isDown) { connection in
            // One request for each connection: over a kept one, a client sends again what was cut off.
            guard let request = connection.readRequest() else { return }
            func respond(_ answer: LoopbackAnswer) {
                var answer = answer
                answer.headers.append(("connection", "close"))
                connection.respond(answer)
            }
            switch troubles.withLock({ Self.take(&$0, request, isOrder: orders(request)) }) {
            case .answer(let answer): respond(answer)
            case .before(let act):
                let answer = route(request)
                act(answer)
                respond(answer)
            case .hangUp: connection.reset()
            case .lostReply:
                _ = route(request)
                connection.reset()
            case .garbledReply(let text):
                _ = route(request)
                respond(LoopbackAnswer(200, body: text))
            case .passes, nil: respond(trusts(request) ? route(request) : LoopbackAnswer(401, body: refusal))
            }
        }
    }

    /// Lets the next requests go wrong, one after the other.
    package func trouble(_ next: Trouble..., with asked: Asked = .anything) {
        troubles.withLock { $0 += next.map { (asked, $0) } }
    }

    /// Takes connections from now on.
    package func comeUp() { server.listen() }

    package func stop() { server.stop() }

    private static func take(
        _ troubles: inout [(asked: Asked, trouble: Trouble)],
        _ request: LoopbackRequest,
        isOrder: Bool
    ) -> Trouble? {
        let next = troubles.firstIndex { entry in
            switch entry.asked {
            case .order: isOrder
            case .question: !isOrder
            case .anything: true
            case .such(let isSuch): isSuch(request)
            }
        }
        return next.map { troubles.remove(at: $0).trouble }
    }
}

extension LoopbackRequest {
    /// The target without its query.
    package var path: String { String(target.prefix { $0 != "?" }) }

    package var query: String { String(target.drop { $0 != "?" }.dropFirst()) }

    /// The first value of a name in the query, decoded.
    package func queryValue(_ name: String) -> String? { FakeQuery.value(name, in: target) }
}

enum FakeQuery {
    static func value(_ name: String, in target: String) -> String? {
        for pair in target.drop(while: { $0 != "?" }).dropFirst().split(separator: "&")
        where pair.hasPrefix("\(name)=") {
            return pair.dropFirst(name.count + 1).removingPercentEncoding
        }
        return nil
    }
}
