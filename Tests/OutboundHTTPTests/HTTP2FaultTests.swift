import Glibc
import LoopbackSupport
import Testing
import Threads

@testable import OutboundHTTP

@Suite struct HTTP2FaultTests {
    /// What one server of the test saw: each request by its body, in the order of arrival.
    private final class Log: Sendable {
        private let bodies = Locked<[[UInt8]]>([])
        private let open = Locked(0)

        func note(_ request: LoopbackHTTP2.Request) { bodies.withLock { $0.append(request.body) } }
        var all: [[UInt8]] { bodies.withLock { $0 } }
        func noteOpen(_ count: Int) { open.withLock { $0 = max($0, count) } }
        var openMost: Int { open.withLock { $0 } }
    }

    @Test func `requests share a connection, each answered once`() async throws {
        let log = Log()
        let (server, client) = try start { http in
            while let request = http.readRequest() {
                log.note(request)
                http.respond(request)
            }
        }
        defer { server.stop() }

        let outcomes = await post(20, to: server, client)

        #expect(outcomes.allSatisfy { $0.status == 200 && $0.resends == 0 })
        #expect(Set(log.all).count == 20 && log.all.count == 20)
        #expect(server.connectionsAccepted == 1)
    }

    @Test func `a stream that is refused is sent again at once, and counted`() async throws {
        let log = Log()
        let refused = Locked(false)
        let (server, client) = try start { http in
            while let request = http.readRequest() {
                let isFirst = refused.withLock { refused in
                    defer { refused = true }
                    return !refused
                }
                if isFirst {
                    http.reset(request, .refusedStream)
                } else {
                    log.note(request)
                    http.respond(request)
                }
            }
        }
        defer { server.stop() }

        let outcomes = await post(1, to: server, client)

        #expect(outcomes.map(\.status) == [200])
        #expect(outcomes.map(\.resends) == [1])
        #expect(log.all.count == 1)
    }

    @Test func `streams that are always refused end soon`() async throws {
        let count = Locked(0)
        let (server, client) = try start { http in
            while let request = http.readRequest() {
                count.withLock { $0 += 1 }
                http.reset(request, .refusedStream)
            }
        }
        defer { server.stop() }

        let outcomes = await post(1, to: server, client)

        #expect(outcomes.map(\.status) == [nil])
        #expect(count.withLock { $0 } == 2)
    }

    @Test func `a server that goes away in a batch loses nothing that it did not look at`() async throws {
        let log = Log()
        let isGone = Locked(false)
        let (server, client) = try start { http in
            while let request = http.readRequest() {
                let isFirst = isGone.withLock { isGone in
                    defer { isGone = true }
                    return !isGone
                }
                log.note(request)
                http.respond(request)
                if isFirst {
                    http.goAway(lastStream: request.stream)
                    while http.readRequest() != nil {}
                    return
                }
            }
        }
        defer { server.stop() }

        let outcomes = await post(10, to: server, client)

        // What was handed to the connection in the moment of its end fails, and its owner sends it again.
        let answered = outcomes.count { $0.status == 200 }
        #expect(answered >= 8)
        #expect(log.all.count == answered && Set(log.all).count == answered)
        #expect(outcomes.allSatisfy { $0.status == 200 || $0.error?.code == .connectionLost })
    }

    @Test func `one stream at a time is enough`() async throws {
        let log = Log()
        let (server, client) = try start(streamsMax: 1) { http in
            while let request = http.readRequest() {
                log.note(request)
                log.noteOpen(http.openMost)
                http.respond(request)
            }
        }
        defer { server.stop() }
        _ = await post(1, to: server, client)

        let outcomes = await post(8, to: server, client)

        #expect(outcomes.allSatisfy { $0.status == 200 })
        #expect(log.all.count == 9)
        #expect(log.openMost == 1)
    }

    @Test func `a flood of pings is shut off, and holds up others only briefly`() async throws {
        let (server, client) = try start { http in
            guard http.readRequest() != nil else { return }
            while http.ping() {}
        }
        defer { server.stop() }
        let quick = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { quick.stop() }
        let started = ContinuousClock.now

        async let flooded = post(1, to: server, client, totalMs: 30_000)
        for _ in 0..<50 {
            #expect(await post(1, to: quick, client).map(\.status) == [200])
            try await Task.sleep(for: .milliseconds(5))
        }

        #expect(await flooded.map(\.status) == [nil])
        #expect(ContinuousClock.now - started < .seconds(8))
    }

    @Test func `a connection that was closed between two requests costs the second nothing`() async throws {
        let log = Log()
        let (server, client) = try start { http in
            guard let request = http.readRequest() else { return }
            log.note(request)
            http.respond(request)
            // The answer is to be read before the close, which is a reset for what it left unread.
            usleep(100_000)
        }
        defer { server.stop() }

        for _ in 0..<3 {
            #expect(await post(1, to: server, client).map(\.status) == [200])
            try await Task.sleep(for: .milliseconds(200))
        }

        #expect(log.all.count == 3)
    }

    // MARK: Steps

    private struct Outcome: Sendable {
        var status: Int?
        var resends: Int
        var error: TransferError?
    }

    private func start(
        streamsMax: UInt32? = nil,
        _ serve: @escaping @Sendable (LoopbackHTTP2) -> Void
    ) throws -> (LoopbackServer, HTTPClient) {
        let tls = try LoopbackTLS(speaksHTTP2: true)
        let server = try LoopbackServer(tls: tls) { connection in
            guard let http = LoopbackHTTP2(connection, streamsMax: streamsMax) else { return }
            serve(http)
        }
        let client = HTTPClient(policy: .allowPrivateNetworks, certificatesPath: tls.authorityPath)
        return (server, client)
    }

    /// Sends so many requests at once, with a body of their own each.
    private func post(
        _ count: Int,
        to server: LoopbackServer,
        _ client: HTTPClient,
        totalMs: Int = 5000
    ) async -> [Outcome] {
        let url = server.url
        return await withTaskGroup(of: Outcome.self) { group in
            for number in 0..<count {
                group.addTask {
                    let request = HTTPRequest(
                        method: "POST",
                        url: url,
                        body: [1, UInt8(number)],
                        timeouts: TransferTimeouts(totalMilliseconds: totalMs)
                    )
                    do throws(TransferError) {
                        let response = try await client.send(request)
                        return Outcome(status: response.status, resends: response.resends, error: nil)
                    } catch {
                        return Outcome(status: nil, resends: error.resends, error: error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
