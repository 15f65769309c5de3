import Glibc
import LoopbackSupport
import Webhooks

/// Item 8 of the fault list: connections, headers and bodies that go wrong.
extension HostileCase {
    static let connections: [HostileCase] = [
        HostileCase("never a header", .unknown(.timeoutHeaders)) { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        },
        HostileCase("never reads", .unknown(.timeoutHeaders), isRead: false) { _ in usleep(8_000_000) },
        HostileCase("a header byte now and then", .unknown(.timeoutHeaders)) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nx-slow: ")
            while connection.write("x") { usleep(20_000) }
        },
        HostileCase("interim answers now and then", .unknown(.timeoutHeaders)) { connection in
            _ = connection.readRequest()
            while connection.write("HTTP/1.1 102 Processing\r\n\r\n") { usleep(20_000) }
        },
        HostileCase("reset once the request is read", .unknown(.connectionLost)) { connection in
            _ = connection.readRequest()
            connection.reset()
        },
        HostileCase("closed once the request is read", .unknown(.connectionLost)) { _ = $0.readRequest() },
        HostileCase("reset within the headers", .unknown(.connectionLost)) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nx-half: ")
            connection.reset()
        },
        HostileCase("an answer before the request is read", .delivered(200)) { connection in
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            _ = connection.readRequest()
            connection.waitForClose()
        },
    ]

    static let heads: [HostileCase] = [
        .saying(
            "a storm of interim answers",
            .unknown(.tooLarge),
            String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 5000)
        ),
        .saying(
            "a header line of 70 KB",
            .unknown(.tooLarge),
            "HTTP/1.1 200 OK\r\nx-long: " + String(repeating: "a", count: 70_000) + "\r\n\r\n"
        ),
        .saying(
            "seven thousand headers",
            .unknown(.tooLarge),
            "HTTP/1.1 200 OK\r\n" + String(repeating: "x-many: 1\r\n", count: 7000) + "\r\n"
        ),
        .saying("NUL in a header", .unknown(.malformedAnswer), "HTTP/1.1 200 OK\r\nx: a\u{0}b\r\n\r\n"),
        .saying(
            "headers and body that are no text, with success",
            .delivered(200),
            Array("HTTP/1.1 200 \u{FFFD}\r\ncontent-length: 5\r\nx-odd: ".utf8) + [
                0xFF, 0xC3, 0x28, 0x1B, 0x08,
            ]
                + Array("\r\nx-\u{202E}turned: 1\r\n\r\n".utf8) + [0, 0xFF, 0, 0x0A, 0]
        ),
        .saying(
            "headers and body that are no text, without",
            .refused(500),
            Array("HTTP/1.1 500 \r\ncontent-length: 6\r\nx-odd: ".utf8) + [0xED, 0xA0, 0x80]
                + Array("\r\nretry-after: ".utf8) + [0xFF] + Array("\r\n\r\n\\u0000".utf8)
        ),
        .saying("no HTTP at all", .unknown(.malformedAnswer), "220 mail.example.test ESMTP\r\n"),
        .saying("HTTP/0.9", .unknown(.malformedAnswer), closes: true, "<html>ok</html>"),
        .saying("an unknown version", .unknown(.malformedAnswer), "HTTP/9.9 200 OK\r\n\r\n"),
    ]

    static let bodies: [HostileCase] = [
        endless("an endless body", status: 200, head: "\r\n"),
        endless("an endless body of an error", status: 500, head: "\r\n"),
        endless("a body of 10 GB", status: 200, head: "content-length: 10000000000\r\n\r\n"),
        HostileCase("a body that drips", .delivered(200)) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            while connection.write("x") { usleep(20_000) }
        },
        HostileCase("reset within the body", .delivered(200)) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
            connection.reset()
        },
        HostileCase("reset within the body of an error", .refused(503)) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 503 No\r\ncontent-length: 100\r\n\r\nhalf")
            connection.reset()
        },
        .saying(
            "a length that is too long",
            .delivered(200),
            closes: true,
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"
        ),
        .saying(
            "a length that is too short",
            .delivered(200),
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok, and HTTP/1.1 500 No\r\n\r\n"
        ),
        .saying(
            "chunks that are none",
            .delivered(200),
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n"
        ),
        .saying(
            "gzip that is none",
            .delivered(200),
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n\r\nno gzip"
        ),
        .saying(
            "gzip on the way that is none",
            .delivered(200),
            closes: true,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nno gzip"
        ),
        endless("a bomb of gzip", status: 200, head: "content-encoding: gzip\r\n\r\n"),
    ]

    private static func endless(_ name: String, status: Int, head: String) -> HostileCase {
        HostileCase(name, status < 300 ? .delivered(status) : .refused(status)) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 \(status) Status\r\n\(head)")
            let piece = [UInt8](repeating: 0, count: 8192)
            while connection.write(piece) {}
        }
    }

    /// Item 9: every kind of status.
    ///
    /// 410 has a test of its own.
    static let statuses: [HostileCase] =
        [200, 204, 299].map { status in
            .saying(
                "status \(status)",
                .delivered(status),
                "HTTP/1.1 \(status) S\r\ncontent-length: 0\r\n\r\n"
            )
        }
        + [
            300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 408, 413, 425, 429, 500, 502, 503, 504, 999,
        ].map { status in
            .saying(
                "status \(status)",
                .refused(status),
                "HTTP/1.1 \(status) S\r\nlocation: http://169.254.169.254/latest/\r\ncontent-length: 0\r\n\r\n"
            )
        }
}
