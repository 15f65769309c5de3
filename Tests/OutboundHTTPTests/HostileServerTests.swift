import Glibc
import LoopbackSupport
import Testing
import Threads

@testable import OutboundHTTP

@Suite struct HostileServerTests {
    let client = HTTPClient(policy: .allowPrivateNetworks)

    @Test func `a server that never answers costs the total time`() async throws {
        let error = try await failure(total: 300) { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        }

        #expect(error.code == .timeoutTotal)
        #expect(error.isRequestSent)
        #expect(error.isRetryable)
    }

    @Test func `a request that hangs does not hold up another to the same host`() async throws {
        let server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                if request.target == "/hang" { return connection.waitForClose() }
                connection.respond(LoopbackAnswer(200))
            }
        }
        defer { server.stop() }
        let hung = Task { [client, url = server.url] in try await client.send(HTTPRequest(url: url + "/hang"))
        }
        var requests = server.requests.makeAsyncIterator()
        _ = await requests.next()

        let response = try await client.send(
            HTTPRequest(url: server.url, timeouts: TransferTimeouts(totalMilliseconds: 5000))
        )

        #expect(response.status == 200)
        hung.cancel()
        await #expect(throws: TransferError.self) { try await hung.value }
    }

    @Test func `a body that drips for ever costs the total time`() async throws {
        let error = try await failure(total: 400) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            while connection.write("x") { usleep(20_000) }
        }

        #expect(error.code == .timeoutTotal)
    }

    @Test func `headers that drip for ever cost the total time`() async throws {
        let error = try await failure(total: 400) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nx-slow: ")
            while connection.write("x") { usleep(20_000) }
        }

        #expect(error.code == .timeoutTotal)
    }

    @Test func `a server that never speaks TLS costs the time to connect`() async throws {
        let server = try LoopbackServer { $0.waitForClose() }
        defer { server.stop() }
        let timeouts = TransferTimeouts(connectMilliseconds: 300, totalMilliseconds: 10_000)

        let error = await #expect(throws: TransferError.self) {
            try await client.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/", timeouts: timeouts))
        }

        #expect(error?.code == .timeoutConnect)
        #expect(error?.isRequestSent == false)
    }

    @Test func `a server that speaks plain text where TLS is due is not trusted`() async throws {
        let server = try LoopbackServer { connection in
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            connection.waitForClose()
        }
        defer { server.stop() }

        let error = await #expect(throws: TransferError.self) {
            try await client.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
        }

        #expect(error?.code == .tlsFailed)
    }

    @Test func `nobody listening is a failure to connect`() async throws {
        let port = try LoopbackServer.closedPort()

        let error = await #expect(throws: TransferError.self) {
            try await client.send(HTTPRequest(url: "http://127.0.0.1:\(port)/secret-path?token=1"))
        }

        #expect(error?.code == .connectFailed)
        #expect(error?.isRequestSent == false)
        #expect(error.map { "\($0)".contains("secret") || "\($0)".contains("token") } == false)
    }

    @Test func `an endless body is cut after what is kept and drained`() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            let piece = [UInt8](repeating: 120, count: 8192)
            while connection.write(piece) {}
        }
        defer { server.stop() }
        let limits = ResponseLimits(keptBytesMax: 16 << 10, drainedBytesMax: 64 << 10, excess: .truncate)

        let response = try await client.send(HTTPRequest(url: server.url, limits: limits))

        #expect(response.status == 200)
        #expect(response.isTruncated)
        #expect(response.body == [UInt8](repeating: 120, count: 16 << 10))
    }

    @Test(arguments: [(99, false), (100, false), (101, true), (300, true)])
    func `a body beyond what is kept is marked`(size: Int, isTruncated: Bool) async throws {
        let server = try LoopbackServer.answering { _ in
            LoopbackAnswer(200, bytes: [UInt8](repeating: 1, count: size))
        }
        defer { server.stop() }
        let limits = ResponseLimits(keptBytesMax: 100, drainedBytesMax: 200, excess: .truncate)

        let response = try await client.send(HTTPRequest(url: server.url, limits: limits))
        _ = try await client.send(HTTPRequest(url: server.url, limits: limits))

        #expect(response.isTruncated == isTruncated)
        #expect(response.body.count == min(size, 100))
        #expect(server.connectionsAccepted == 1)
    }

    @Test func `a body that must be whole fails when it is too long`() async throws {
        let server = try LoopbackServer.answering { _ in
            LoopbackAnswer(200, bytes: [UInt8](repeating: 1, count: 101))
        }
        defer { server.stop() }

        let error = await #expect(throws: TransferError.self) {
            try await client.send(HTTPRequest(url: server.url, limits: ResponseLimits(keptBytesMax: 100)))
        }

        #expect(error?.code == .tooLarge)
        #expect(error?.isRetryable == false)
    }

    /// Named, so that a report does not show all of their bytes.
    enum EndlessHead: CaseIterable {
        case longLine
        case manyLines
        case manyHeads

        var bytes: String {
            switch self {
            case .longLine: "HTTP/1.1 200 OK\r\nx-long: " + String(repeating: "a", count: 70_000) + "\r\n\r\n"
            case .manyLines: "HTTP/1.1 200 OK\r\n" + String(repeating: "x-many: 1\r\n", count: 7000) + "\r\n"
            case .manyHeads: String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 5000)
            }
        }
    }

    @Test(arguments: EndlessHead.allCases)
    func `headers without end are refused`(head: EndlessHead) async throws {
        let error = try await failure { connection in
            _ = connection.readRequest()
            connection.write(head.bytes)
            connection.waitForClose()
        }

        #expect(error.code == .tooLarge)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"])
    func `a reset loses the answer but not the knowledge that the request was sent`(
        start: String
    ) async throws {
        let error = try await failure { connection in
            _ = connection.readRequest()
            connection.write(start)
            connection.reset()
        }

        #expect(error.code == .connectionLost)
        #expect(error.isRequestSent)
        #expect(error.isRetryable)
    }

    @Test(arguments: ["content-length: 100\r\n\r\nhalf", "transfer-encoding: chunked\r\n\r\nZZ\r\n"])
    func `a body that breaks off is not an answer`(rest: String) async throws {
        let error = try await failure { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\(rest)")
        }

        #expect(error.code == .connectionLost)
    }

    @Test(arguments: [
        "hello\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nx: a\u{0}b\r\n\r\n",
    ])
    func `what is not HTTP is refused`(text: String) async throws {
        let error = try await failure { connection in
            _ = connection.readRequest()
            connection.write(text)
            connection.waitForClose()
        }

        #expect(error.code == .protocolViolation)
    }

    @Test func `odd bytes in headers and body do no harm`() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write(
                Array("HTTP/1.1 999 Odd\r\nx-odd: ".utf8) + [0xFF, 0xFE] + Array("\r\n\r\n".utf8)
            )
            connection.write([0, 255, 0])
        }
        defer { server.stop() }

        let response = try await client.send(HTTPRequest(url: server.url))

        #expect(response.status == 999)
        #expect(response.body == [0, 255, 0])
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        "HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nthis is no gzip",
        "HTTP/1.1 204 OK\r\ncontent-encoding: gzip, br, nonsense\r\n\r\n",
    ])
    func `an answer whose body is kept in part only stands on its headers`(text: String) async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write(text)
            connection.reset()
        }
        defer { server.stop() }

        let response = try await client.send(
            HTTPRequest(method: "POST", url: server.url, body: [1], limits: Self.kept())
        )

        #expect(["200", "500", "204"].contains { text.contains(" \($0) ") && "\(response.status)" == $0 })
    }

    @Test func `a slow body is cut after its time, and the answer stands`() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nbeginning")
            connection.waitForClose()
        }
        defer { server.stop() }
        let started = ContinuousClock.now

        let response = try await client.send(HTTPRequest(url: server.url, limits: Self.kept(bodyMs: 200)))

        #expect(response.status == 200)
        #expect(response.isBodySlow && response.isTruncated)
        #expect(response.body == Array("beginning".utf8))
        #expect(ContinuousClock.now - started < .seconds(10))
    }

    @Test func `what a body that is not asked to be coded holds is not undone`() async throws {
        let bomb =
            [UInt8]([0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03]) + [UInt8](repeating: 0x5A, count: 1000)
        let server = try LoopbackServer.answering { _ in
            LoopbackAnswer(200, headers: [("content-encoding", "gzip")], bytes: bomb)
        }
        defer { server.stop() }

        let response = try await client.send(HTTPRequest(url: server.url, limits: Self.kept()))

        #expect(response.body == bomb)
    }

    @Test func `headers after the body are not taken`() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nwebhook-delivery: disable\r\n\r\n"
            )
            connection.waitForClose()
        }
        defer { server.stop() }

        let response = try await client.send(HTTPRequest(url: server.url, limits: Self.kept()))

        #expect(response.header("webhook-delivery") == nil)
        #expect(response.body == [120])
    }

    @Test func `a connection that was kept and is dead costs one repetition`() async throws {
        let count = Locked(0)
        let server = try LoopbackServer { connection in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            guard connection.readRequest() != nil else { return }
            connection.respond(LoopbackAnswer(200))
            guard connection.readRequest() != nil else { return }
            if isFirst { return connection.reset() }
            connection.respond(LoopbackAnswer(200))
        }
        defer { server.stop() }

        let first = try await client.send(HTTPRequest(method: "POST", url: server.url, body: [1]))
        let second = try await client.send(HTTPRequest(method: "POST", url: server.url, body: [2]))

        #expect(first.resends == 0)
        #expect(second.status == 200)
        #expect(second.resends == 1)
        #expect(server.received.map(\.body) == [[1], [2], [2]])
    }

    @Test func `a server that ends every connection after the request gets it twice at most`() async throws {
        let count = Locked(0)
        let server = try LoopbackServer { connection in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard connection.readRequest() != nil else { return }
            if number <= 3 {
                connection.respond(LoopbackAnswer(200))
                guard connection.readRequest() != nil else { return }
            }
            connection.reset()
        }
        defer { server.stop() }
        // Three connections that are kept, all of them dead when they are used again.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    _ = try await client.send(HTTPRequest(method: "POST", url: server.url, body: [1]))
                }
            }
            try await group.waitForAll()
        }

        let error = await #expect(throws: TransferError.self) {
            try await client.send(HTTPRequest(method: "POST", url: server.url, body: [2]))
        }

        #expect(error?.code == .connectionLost)
        #expect(error?.isRequestSent == true)
        #expect(error?.resends == 1)
        #expect(server.received.count { $0.body == [2] } == 2)
    }

    @Test func `an answer before the body has been read is an answer`() async throws {
        let server = try LoopbackServer { connection in
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            connection.waitForClose()
        }
        defer { server.stop() }
        let body = [UInt8](repeating: 7, count: 8 << 20)

        let response = try await client.send(
            HTTPRequest(method: "POST", url: server.url, body: body, limits: Self.kept())
        )

        #expect(response.status == 200)
    }

    private static func kept(bodyMs: Int? = nil) -> ResponseLimits {
        ResponseLimits(
            keptBytesMax: 16 << 10,
            drainedBytesMax: 64 << 10,
            bodyMillisecondsMax: bodyMs,
            excess: .truncate
        )
    }

    /// The failure of one request to a server that behaves as told.
    private func failure(
        total: Int = 5000,
        _ handle: @escaping @Sendable (LoopbackConnection) -> Void
    ) async throws -> TransferError {
        let server = try LoopbackServer(handle)
        defer { server.stop() }
        let timeouts = TransferTimeouts(totalMilliseconds: total)
        return try #require(
            await #expect(throws: TransferError.self) {
                try await client.send(
                    HTTPRequest(method: "POST", url: server.url, body: [1], timeouts: timeouts)
                )
            }
        )
    }
}
