import Glibc
import LoopbackSupport
import Testing

@testable import OutboundHTTP

@Suite struct ConnectPhaseTests {
    @Test func `a port that never takes the connection is told from TLS that never comes`() async throws {
        // A queue of one place, which is full.
        let listener = try FullListener()
        defer { listener.stop() }
        let client = HTTPClient(policy: .allowPrivateNetworks)

        let error = await #expect(throws: TransferError.self) {
            try await client.send(
                HTTPRequest(
                    url: "https://127.0.0.1:\(listener.port)/",
                    timeouts: TransferTimeouts(connectMilliseconds: 300)
                )
            )
        }

        #expect(error?.code == .timeoutConnect)
        #expect(error?.phase == .connect)
        #expect(error?.isRequestSent == false)
    }
}
