import Glibc
import LoopbackSupport
import Webhooks

/// Handshakes that go wrong, and what goes wrong under TLS and HTTP/2.
extension HostileCase {
    static let secureConnections: [HostileCase] = [
        HostileCase("accepts TCP, never TLS", .rejected(.timeoutTLS), isRead: false, scheme: "https") {
            $0.waitForClose()
        },
        HostileCase("plain text where TLS is due", .rejected(.tls), isRead: false, scheme: "https") {
            connection in
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            connection.waitForClose()
        },
        HostileCase("hangs within the handshake", .rejected(.timeoutTLS), isRead: false, scheme: "https") {
            connection in
            _ = connection.read(1)
            // The head of a message of 4 KB, of which no more comes.
            connection.write([0x16, 3, 3, 0x10, 0, 2, 0, 0x0F, 0xFC])
            connection.waitForClose()
        },
        HostileCase("closed within the handshake", .rejected(.tls), isRead: false, scheme: "https") {
            _ = $0.read(1)
        },
        HostileCase("reset within the handshake", .rejected(.tls), isRead: false, scheme: "https") {
            connection in
            _ = connection.read(1)
            connection.reset()
        },
        .untrusted(.expired, words: "has expired or is not valid yet"),
        .untrusted(.notYetValid, words: "has expired or is not valid yet"),
        .untrusted(.otherName),
        .untrusted(.signedByItself, words: "is signed by itself"),
        .untrusted(.unknownAuthority),
        .secure("TLS, and never a header", .unknown(.timeoutHeaders)) { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        },
        .secure("TLS, and closed once the request is read", .unknown(.connectionLost)) {
            _ = $0.readRequest()
        },
        .secure("TLS, and well", .delivered(200)) { connection in
            while connection.readRequest() != nil { connection.respond(LoopbackAnswer(200)) }
        },
    ]

    static let streams: [HostileCase] = [
        .http2("goes away and has looked at nothing", .unknown(.connectionLost)) { http in
            while http.readRequest() != nil { http.goAway(lastStream: 0) }
        },
        .http2("goes away in the middle of the request's stream", .unknown(.connectionLost)) { http in
            guard let request = http.readRequest() else { return }
            http.goAway(lastStream: request.stream, .internalError)
        },
        .http2("resets the stream", .unknown(.connectionLost)) { http in
            while let request = http.readRequest() { http.reset(request, .internalError) }
        },
        .http2("resets the stream and asks for calm", .unknown(.connectionLost)) { http in
            while let request = http.readRequest() { http.reset(request, .enhanceYourCalm) }
        },
        .http2("refuses each stream", .unknown(.connectionLost)) { http in
            while let request = http.readRequest() { http.reset(request, .refusedStream) }
        },
        .http2("headers that go on for ever", .unknown(.connectionLost)) { http in
            while let request = http.readRequest() { http.answerWithoutEnd(request) }
        },
        .http2("a flood of pings", .unknown(.connectionLost)) { http in
            guard http.readRequest() != nil else { return }
            while http.ping() {}
        },
        .http2("a window that never opens", .unknown(.timeoutHeaders), windowBytes: 0) { http in
            while http.readRequest() != nil {}
        },
        .http2("never an answer", .unknown(.timeoutHeaders)) { http in
            while http.readRequest() != nil {}
        },
        .http2("well", .delivered(200)) { http in
            while let request = http.readRequest() { http.respond(request) }
        },
    ]
}
