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
    var speaksHTTP2 = false
    /// What the attempts must say too.
    var words = ""
    let behave: @Sendable (LoopbackConnection) -> Void

    init(
        _ name: String,
        _ expected: Expected,
        isRead: Bool = true,
        scheme: String = "http",
        tls: LoopbackTLS.Fault? = nil,
        words: String = "",
        _ behave: @escaping @Sendable (LoopbackConnection) -> Void
    ) {
        self.name = name
        self.expected = expected
        self.isRead = isRead
        self.scheme = scheme
        self.tls = tls
        self.words = words
        self.behave = behave
    }

    /// A receiver with a certificate that is trusted.
    static func secure(
        _ name: String,
        _ expected: Expected,
        isRead: Bool = true,
        _ behave: @escaping @Sendable (LoopbackConnection) -> Void
    ) -> HostileCase {
        HostileCase(name, expected, isRead: isRead, scheme: "https", tls: LoopbackTLS.Fault.none, behave)
    }

    /// A receiver whose certificate is not to be trusted.
    static func untrusted(_ fault: LoopbackTLS.Fault, words: String = "") -> HostileCase {
        HostileCase(
            "\(fault)",
            .rejected(.tls),
            isRead: false,
            scheme: "https",
            tls: fault,
            words: words
        ) { connection in
            while connection.readRequest() != nil { connection.respond(LoopbackAnswer(200)) }
        }
    }

    /// A receiver that speaks HTTP/2; its requests are not in its log.
    static func http2(
        _ name: String,
        _ expected: Expected,
        windowBytes: UInt32? = nil,
        _ behave: @escaping @Sendable (LoopbackHTTP2) -> Void
    ) -> HostileCase {
        var hostile = secure(name, expected, isRead: false) { connection in
            guard let http = LoopbackHTTP2(connection, windowBytes: windowBytes) else { return }
            behave(http)
        }
        hostile.speaksHTTP2 = true
        return hostile
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
