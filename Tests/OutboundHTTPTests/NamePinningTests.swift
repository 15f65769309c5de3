import Glibc
import LoopbackSupport
import Testing
import Threads

@testable import OutboundHTTP

/// Here 127.0.0.2 stands for a public address and 127.0.0.1 for a private one; name servers are made up.
@Suite struct NamePinningTests {
    static let publicAddress = IPAddress(bytes: [127, 0, 0, 2])
    static let privateAddress = IPAddress(bytes: [127, 0, 0, 1])

    @Test func `a name is looked up once, and its address is dialled`() async throws {
        let lookups = Locked<[String]>([])
        let server = try LoopbackServer(host: 2) { Self.answer($0) }
        defer { server.stop() }
        let client = client { host in
            lookups.withLock { $0.append(host) }
            return [Self.publicAddress]
        }

        for _ in 0..<3 {
            let response = try await client.send(
                HTTPRequest(url: "http://Hooks.example.test.:\(server.port)/")
            )
            #expect(response.status == 200)
        }

        #expect(lookups.withLock { $0.count } == 1)
        #expect(server.received.count == 3)
        #expect(server.connectionsAccepted == 1)
    }

    @Test(arguments: [
        [privateAddress], [publicAddress, privateAddress], [privateAddress, publicAddress],
        [publicAddress, IPAddress(bytes: [10, 0, 0, 1])],
        [publicAddress, IPAddress(bytes: Array(repeating: 0, count: 15) + [1])],
        [publicAddress, IPAddress(bytes: [169, 254, 169, 254])],
    ])
    func `a name with any private address is refused unasked`(addresses: [IPAddress]) async throws {
        let server = try LoopbackServer(host: 2) { Self.answer($0) }
        defer { server.stop() }

        let error = await failure(client { _ in addresses }, port: server.port)

        #expect(error?.code == .blockedAddress)
        #expect(error?.isRequestSent == false)
        #expect(error?.description == "the address of 'hooks.example.test' is not allowed")
        #expect(server.connectionsAccepted == 0)
    }

    @Test func `a name server that changes its answer at once changes nothing`() async throws {
        let count = Locked(0)
        let outside = try LoopbackServer(host: 2) { connection in
            _ = connection.readRequest()
            connection.respond(LoopbackAnswer(200, headers: [("connection", "close")]))
        }
        let inside = try LoopbackServer(host: 1, port: outside.port) { Self.answer($0) }
        defer {
            outside.stop()
            inside.stop()
        }
        // Public for the check, private ever after.
        let client = client { _ in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            return [isFirst ? Self.publicAddress : Self.privateAddress]
        }

        for _ in 0..<5 {
            _ = try await client.send(HTTPRequest(url: "http://hooks.example.test:\(outside.port)/"))
        }

        #expect(outside.received.count == 5)
        #expect(inside.connectionsAccepted == 0)
    }

    @Test func `an address that was allowed is judged again when the socket is opened`() async throws {
        let asked = Locked(0)
        let server = try LoopbackServer(host: 2) { Self.answer($0) }
        defer { server.stop() }
        let gate = AddressGate(
            policy: .allowPrivateNetworks,
            isAllowed: { _ in
                asked.withLock { asked in
                    asked += 1
                    return asked == 1
                }
            }
        )
        let client = HTTPClient(gate: gate, resolver: NameResolver { _ in [Self.publicAddress] })

        let error = await failure(client, port: server.port)

        #expect(error?.code == .blockedAddress)
        #expect(asked.withLock { $0 } >= 2)
        #expect(server.connectionsAccepted == 0)
    }

    @Test func `a name server that does not answer costs the time to connect, and holds up nobody`()
        async throws
    {
        let server = try LoopbackServer(host: 2) { Self.answer($0) }
        defer { server.stop() }
        let client = client { host in
            if host == "hung.example.test" { usleep(4_000_000) }
            return [Self.publicAddress]
        }
        let started = ContinuousClock.now
        let port = server.port

        async let hung = failure(client, host: "hung.example.test", port: port, connect: 150)
        let quick = try await client.send(HTTPRequest(url: "http://hooks.example.test:\(port)/"))

        #expect(quick.status == 200)
        let error = await hung
        #expect(error?.code == .timeoutConnect)
        #expect(error?.phase == .lookup)
        #expect(error?.timing.dnsMilliseconds == 150)
        #expect(error?.isRequestSent == false)
        #expect(ContinuousClock.now - started < .milliseconds(3500))
    }

    @Test func `a name that is not known is asked again at the next attempt`() async throws {
        let count = Locked(0)
        let server = try LoopbackServer(host: 2) { Self.answer($0) }
        defer { server.stop() }
        let client = client { _ in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            return isFirst ? nil : [Self.publicAddress]
        }

        #expect(await failure(client, port: server.port)?.code == .resolveFailed)

        #expect(
            try await client.send(HTTPRequest(url: "http://hooks.example.test:\(server.port)/")).status == 200
        )
    }

    @Test func `requests that are cancelled or closed while a name is looked up end at once`() async throws {
        let isAsked = AsyncStream.makeStream(of: Void.self)
        let client = client { _ in
            isAsked.continuation.yield()
            usleep(4_000_000)
            return nil
        }
        let first = Task { await self.failure(client, port: 1) }
        var asked = isAsked.stream.makeAsyncIterator()
        _ = await asked.next()
        let second = Task { await self.failure(client, port: 1) }
        let started = ContinuousClock.now

        first.cancel()
        #expect(await first.value?.code == .cancelled)
        client.shutdown()
        #expect(await second.value?.code == .closed)
        #expect(ContinuousClock.now - started < .milliseconds(3500))
    }

    @Test func `what is known of a name lasts a minute, a refusal shorter, and is bounded`() throws {
        var cache = NameCache(gate: Self.gate)
        let start = ContinuousClock.now

        #expect(cache.learn([Self.publicAddress], of: "a", now: start) == .allowed([Self.publicAddress]))
        #expect(cache.learn([Self.privateAddress], of: "b", now: start) == .blocked)
        #expect(cache.learn([], of: "c", now: start) == .unknown)
        #expect(cache.finding(of: "a", now: start + .seconds(59)) == .allowed([Self.publicAddress]))
        #expect(cache.finding(of: "a", now: start + .seconds(60)) == nil)
        #expect(cache.finding(of: "b", now: start + .seconds(4)) == .blocked)
        #expect(cache.finding(of: "b", now: start + .seconds(5)) == nil)
        #expect(cache.finding(of: "c", now: start) == nil)
        for number in 0..<NameCache.entriesMax {
            _ = cache.learn([Self.publicAddress], of: "n\(number)", now: start)
        }
        #expect(cache.finding(of: "n\(NameCache.entriesMax - 1)", now: start) != nil)
        #expect(cache.finding(of: "a", now: start) == nil)
    }

    @Test func `the machine's own addresses are read anew`() {
        let reads = Locked(0)
        let gate = AddressGate(
            policy: .publicOnly,
            readOwn: {
                reads.withLock { $0 += 1 }
                return [IPAddress(bytes: [8, 8, 8, 8])]
            }
        )

        #expect(!gate.allows(IPAddress(bytes: [8, 8, 8, 8])))
        #expect(!gate.allows(IPAddress(bytes: Array(repeating: 0, count: 10) + [255, 255, 8, 8, 8, 8])))
        #expect(gate.allows(IPAddress(bytes: [8, 8, 4, 4])))
        #expect(reads.withLock { $0 } == 1)
    }

    @Test func `the system's resolver knows localhost, and no reserved name`() throws {
        let found = try #require(NameResolver.system.addresses("localhost"))

        #expect(found.allSatisfy { !AddressPolicy.publicOnly.allows($0) })
        #expect(NameResolver.system.addresses("nothing.invalid") == nil)
    }

    @Test func `addresses are written as libcurl reads them`() throws {
        #expect(IPAddress(bytes: [192, 0, 2, 1]).text == "192.0.2.1")
        let six = try #require(IPAddress(literal: "2001:db8::7f00:1"))
        #expect(six.text == "[2001:db8:0:0:0:0:7f00:1]")
        #expect(IPAddress(literal: six.text) == six)
    }

    // MARK: Steps

    private static let gate = AddressGate(
        policy: .allowPrivateNetworks,
        isAllowed: { $0 == publicAddress }
    )

    private static func answer(_ connection: LoopbackConnection) {
        while connection.readRequest() != nil { connection.respond(LoopbackAnswer(200)) }
    }

    private func client(_ addresses: @escaping @Sendable (String) -> [IPAddress]?) -> HTTPClient {
        HTTPClient(gate: Self.gate, resolver: NameResolver(addresses: addresses))
    }

    private func failure(
        _ client: HTTPClient,
        host: String = "hooks.example.test",
        port: Int,
        connect: Int = 5000
    ) async -> TransferError? {
        let timeouts = TransferTimeouts(connectMilliseconds: connect)
        return await #expect(throws: TransferError.self) {
            try await client.send(HTTPRequest(url: "http://\(host):\(port)/", timeouts: timeouts))
        }
    }
}
