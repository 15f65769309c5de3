import LoopbackSupport
import OutboundHTTP
import Webhooks

/// One way in which a receiver misbehaves, and what its attempts must say of it.
struct HostileCase: Sendable {
    enum Expected: Sendable {
        case delivered(Int)
        /// An answer, but no success.
        case refused(Int)
        /// Not sent, or refused before it could be read.
        case rejected(AttemptFailure)
        /// Sent, and nobody knows what became of it.
        case unknown(AttemptFailure)
    }

    let name: String
    let expected: Expected
    /// Whether the receiver reads the request, so that it stands in its log.
    var isRead = true
    var scheme = "http"
    var tls: LoopbackTLS.Fault?
    let behave: @Sendable (LoopbackConnection) -> Void

    init(
        _ name: String,
        _ expected: Expected,
        isRead: Bool = true,
        scheme: String = "http",
        tls: LoopbackTLS.Fault? = nil,
        _ behave: @escaping @Sendable (LoopbackConnection) -> Void
    ) {
        self.name = name
        self.expected = expected
        self.isRead = isRead
        self.scheme = scheme
        self.tls = tls
        self.behave = behave
    }

    /// A receiver that reads each request and then says this.
    static func saying(
        _ name: String,
        _ expected: Expected,
        closes: Bool = false,
        _ bytes: [UInt8]
    ) -> HostileCase {
        HostileCase(name, expected) { connection in
            while connection.readRequest() != nil {
                connection.write(bytes)
                if closes { return }
            }
        }
    }

    static func saying(
        _ name: String,
        _ expected: Expected,
        closes: Bool = false,
        _ text: String
    ) -> HostileCase {
        saying(name, expected, closes: closes, Array(text.utf8))
    }
}
