import Foundation
import LoopbackSupport
import Testing

@testable import OutboundHTTP

@Suite struct HTTPClientTests {
    let client = HTTPClient(policy: .allowPrivateNetworks)

    @Test func `a request arrives as given and its answer comes back`() async throws {
        let server = try LoopbackServer.answering { _ in
            LoopbackAnswer(201, headers: [("X-Answer", " yes "), ("set-cookie", "a=b")], body: "made")
        }
        defer { server.stop() }

        let request = HTTPRequest(
            method: "POST",
            url: server.url + "/a/../b?c=d",
            headers: [("webhook-id", "msg_1"), ("content-type", "application/json"), ("x-empty", "")],
            body: Array("{\"a\": 1}".utf8)
        )
        let response = try await client.send(request)
        _ = try await client.send(request)

        #expect(response.status == 201)
        #expect(response.header("x-answer") == "yes")
        #expect(response.body == Array("made".utf8))
        #expect(!response.isTruncated)
        let received = try #require(server.received.first)
        #expect(received.method == "POST")
        #expect(received.target == "/a/../b?c=d")
        #expect(received.header("Webhook-Id") == "msg_1")
        #expect(received.header("x-empty") == "")
        #expect(received.count(of: "content-type") == 1)
        #expect(received.count(of: "expect") == 0)
        #expect(received.body == Array("{\"a\": 1}".utf8))
        #expect(server.received.last?.count(of: "cookie") == 0)
        #expect(server.connectionsAccepted == 1)
    }

    @Test(arguments: ["GET", "DELETE", "HEAD", "PUT", "POST", "PATCH"])
    func `each method is sent as named`(method: String) async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        }
        defer { server.stop() }

        let response = try await client.send(HTTPRequest(method: method, url: server.url))

        #expect(response.status == 200)
        #expect(server.received.map(\.method) == [method])
    }

    @Test func `an empty body is sent as one`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(204) }
        defer { server.stop() }

        let response = try await client.send(HTTPRequest(method: "PUT", url: server.url, body: []))

        #expect(response.status == 204)
        #expect(server.received.first?.header("content-length") == "0")
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is returned and not followed`(status: Int) async throws {
        let other = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        let server = try LoopbackServer.answering { [url = other.url] _ in
            LoopbackAnswer(status, headers: [("location", url)])
        }
        defer {
            server.stop()
            other.stop()
        }

        let response = try await client.send(HTTPRequest(url: server.url))

        #expect(response.status == status)
        #expect(other.connectionsAccepted == 0)
    }

    @Test func `a compressed body is left as it is`() async throws {
        let bytes = [UInt8](0..<200)
        let server = try LoopbackServer.answering { _ in
            LoopbackAnswer(200, headers: [("content-encoding", "gzip")], bytes: bytes)
        }
        defer { server.stop() }

        let response = try await client.send(HTTPRequest(url: server.url))

        #expect(response.body == bytes)
        #expect(server.received.first?.count(of: "accept-encoding") == 0)
    }

    @Test func `a proxy from the environment is not used`() async throws {
        setenv("http_proxy", "http://127.0.0.1:\(try LoopbackServer.closedPort())", 1)
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }

        let response = try await client.send(HTTPRequest(url: server.url))

        #expect(response.status == 200)
    }

    @Test func `many requests take turns`() async throws {
        let server = try LoopbackServer.answering { request in LoopbackAnswer(200, body: request.target) }
        let small = HTTPClient(
            policy: .allowPrivateNetworks,
            limits: ClientLimits(transfersInFlightMax: 8, connectionsPerHostMax: 4)
        )
        defer { server.stop() }

        try await withThrowingTaskGroup { group in
            for number in 0..<200 {
                group.addTask { [url = server.url] in
                    let response = try await small.send(HTTPRequest(url: "\(url)/\(number)"))
                    #expect(String(decoding: response.body, as: UTF8.self) == "/\(number)")
                }
            }
            try await group.waitForAll()
        }

        #expect(server.received.count == 200)
        #expect(server.connectionsAccepted <= 4)
    }

    @Test func `a header cannot smuggle another line`() async {
        for (name, value) in [
            ("x-a", "b\r\nx-c: d"), ("x a", "b"), ("", "b"), ("x:a", "b"), ("x-a", "b\u{0}"),
        ] {
            let request = HTTPRequest(url: "http://127.0.0.1:1", headers: [(name, value)])
            let error = await #expect(throws: TransferError.self) { try await client.send(request) }
            #expect(error?.code == .invalidRequest)
        }
        let request = HTTPRequest(method: "GET /x HTTP/1.1\r\n", url: "http://127.0.0.1:1")
        let error = await #expect(throws: TransferError.self) { try await client.send(request) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func `a blocked URL opens no connection`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        let strict = HTTPClient(policy: .publicOnly)
        defer { server.stop() }

        let error = await #expect(throws: TransferError.self) {
            try await strict.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/?token=secret"))
        }

        #expect(error?.code == .blockedURL)
        #expect(error?.isRetryable == false)
        #expect(error.map { "\($0)".contains("secret") } == false)
        #expect(server.connectionsAccepted == 0)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "0x7f000001", "[::ffff:127.0.0.1]"])
    func `a name that leads to a private address is stopped when it connects`(host: String) async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        let driver = TransferDriver(
            limits: ClientLimits(),
            certificatesPath: nil,
            gate: AddressGate(policy: .publicOnly),
            resolver: .system
        )
        defer {
            server.stop()
            driver.shutdown()
        }

        // The check of the URL's text is left out here, as if a name server had answered anew after it.
        let transfer = Transfer(
            request: HTTPRequest(url: "http://\(host):\(server.port)/"),
            timeouts: .exchange,
            target: try URLParts("http://\(host):\(server.port)/", schemes: ["http"]),
            gate: AddressGate(policy: .publicOnly)
        )
        let result = await withCheckedContinuation { continuation in
            transfer.completion = { continuation.resume(returning: $0) }
            driver.submit(transfer)
        }

        let error = #expect(throws: TransferError.self) { try result.get() }
        #expect(error?.code == .blockedAddress)
        #expect(error?.isRequestSent == false)
        #expect(server.connectionsAccepted == 0)
    }
}
