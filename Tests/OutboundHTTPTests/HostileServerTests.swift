import Glibc
import LoopbackSupport
import Testing

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

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nx-long: " + String(repeating: "a", count: 70_000) + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" + String(repeating: "x-many: 1\r\n", count: 7000) + "\r\n",
        String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 5000),
    ])
    func `headers without end are refused`(head: String) async throws {
        let error = try await failure { connection in
            _ = connection.readRequest()
            connection.write(head)
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
