import LoopbackSupport
import Testing

@testable import OutboundHTTP

@Suite struct CancellationTests {
    @Test func `a cancelled task ends its transfer at once`() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        }
        let client = HTTPClient(policy: .allowPrivateNetworks)
        defer { server.stop() }
        let task = Task { [url = server.url] in try await client.send(HTTPRequest(url: url)) }
        var requests = server.requests.makeAsyncIterator()
        _ = await requests.next()

        task.cancel()

        let error = await #expect(throws: TransferError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `a task that was cancelled before sends nothing`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        let client = HTTPClient(policy: .allowPrivateNetworks)
        defer { server.stop() }

        let error = await withTaskGroup(of: TransferError?.self) { group in
            group.cancelAll()
            group.addTask { [url = server.url] in
                await #expect(throws: TransferError.self) { try await client.send(HTTPRequest(url: url)) }
            }
            return await group.next() ?? nil
        }

        #expect(error?.code == .cancelled)
        #expect(server.received.isEmpty)
    }

    @Test func `cancelling one transfer leaves the others alone`() async throws {
        let server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                if request.target == "/hang" { return connection.waitForClose() }
                connection.respond(LoopbackAnswer(200))
            }
        }
        let client = HTTPClient(policy: .allowPrivateNetworks)
        defer { server.stop() }
        let hung = Task { [url = server.url] in try await client.send(HTTPRequest(url: url + "/hang")) }
        var requests = server.requests.makeAsyncIterator()
        _ = await requests.next()

        hung.cancel()
        let response = try await client.send(HTTPRequest(url: server.url + "/ok"))

        #expect(response.status == 200)
        await #expect(throws: TransferError.self) { try await hung.value }
    }

    @Test func `a client that is shut down fails what is under way and what comes later`() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        }
        let client = HTTPClient(policy: .allowPrivateNetworks)
        defer { server.stop() }
        let task = Task { [url = server.url] in try await client.send(HTTPRequest(url: url)) }
        var requests = server.requests.makeAsyncIterator()
        _ = await requests.next()

        client.shutdown()
        client.shutdown()

        let first = await #expect(throws: TransferError.self) { try await task.value }
        #expect(first?.code == .closed)
        let second = await #expect(throws: TransferError.self) {
            try await client.send(HTTPRequest(url: server.url))
        }
        #expect(second?.code == .closed)
    }
}
