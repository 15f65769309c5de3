import Glibc
import LoopbackSupport
import Testing

@testable import OutboundHTTP

@Suite struct TLSFaultTests {
    @Test func `a server with a good certificate is trusted`() async throws {
        let tls = try LoopbackTLS()
        let server = try LoopbackServer.answering(tls: tls) { _ in LoopbackAnswer(200) }
        defer { server.stop() }

        let response = try await client(tls).send(HTTPRequest(url: server.url))

        #expect(response.status == 200)
    }

    @Test(arguments: [
        (LoopbackTLS.Fault.expired, "has expired or is not valid yet"),
        (.notYetValid, "has expired or is not valid yet"), (.otherName, ""),
        (.signedByItself, "is signed by itself"), (.unknownAuthority, ""),
    ])
    func `a server that cannot prove who it is gets nothing`(
        fault: LoopbackTLS.Fault,
        words: String
    ) async throws {
        for speaksTLS12Only in [false, true] {
            let tls = try LoopbackTLS(fault, speaksTLS12Only: speaksTLS12Only)
            let server = try LoopbackServer.answering(tls: tls) { _ in LoopbackAnswer(200) }
            defer { server.stop() }
            let client = client(tls)

            let error = await #expect(throws: TransferError.self) {
                try await client.send(HTTPRequest(method: "POST", url: server.url, body: [1]))
            }

            #expect(error?.code == .tlsFailed)
            #expect(error?.phase == .tls)
            #expect(error?.isRequestSent == false)
            #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
            #expect(server.received.isEmpty)
        }
    }

    @Test func `TLS and then never a header costs the total time`() async throws {
        let tls = try LoopbackTLS()
        let server = try LoopbackServer(tls: tls) { $0.waitForClose() }
        defer { server.stop() }
        let client = client(tls)

        let error = await #expect(throws: TransferError.self) {
            try await client.send(
                HTTPRequest(url: server.url, timeouts: TransferTimeouts(totalMilliseconds: 400))
            )
        }

        #expect(error?.code == .timeoutTotal)
        #expect(error?.phase == .headers)
        #expect(error?.isRequestSent == true)
    }

    @Test func `TCP and then never TLS costs the time to connect`() async throws {
        let server = try LoopbackServer { $0.waitForClose() }
        defer { server.stop() }
        let client = HTTPClient(policy: .allowPrivateNetworks)

        let error = await #expect(throws: TransferError.self) {
            try await client.send(
                HTTPRequest(
                    url: "https://127.0.0.1:\(server.port)/",
                    timeouts: TransferTimeouts(connectMilliseconds: 300)
                )
            )
        }

        #expect(error?.code == .timeoutConnect)
        #expect(error?.phase == .tls)
    }

    @Test func `shaking hands anew once is borne, and for ever costs the total time`() async throws {
        let tls = try LoopbackTLS(speaksTLS12Only: true)
        let server = try LoopbackServer(tls: tls) { connection in
            while let request = connection.readRequest() {
                guard request.target == "/once" else {
                    while connection.renegotiate() { usleep(5000) }
                    return
                }
                _ = connection.renegotiate()
                connection.respond(LoopbackAnswer(200))
            }
        }
        defer { server.stop() }
        let client = client(tls)
        let started = ContinuousClock.now

        let once = try? await client.send(HTTPRequest(url: server.url + "/once"))
        _ = await #expect(throws: TransferError.self) {
            try await client.send(
                HTTPRequest(url: server.url, timeouts: TransferTimeouts(totalMilliseconds: 400))
            )
        }

        #expect(once == nil || once?.status == 200)
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    private func client(_ tls: LoopbackTLS) -> HTTPClient {
        HTTPClient(policy: .allowPrivateNetworks, certificatesPath: tls.authorityPath)
    }
}
