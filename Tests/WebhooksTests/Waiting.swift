import LoopbackSupport
import Testing

/// Waits until a server has had so many requests.
func expectRequests(_ count: Int, at server: LoopbackServer) async throws {
    let received = try await eventually { server.received.count >= count ? server.received.count : nil }
    #expect(received >= count)
}

/// Looks again and again until there is something, for ten seconds.
func eventually<Value>(_ look: () async throws -> Value?) async throws -> Value {
    for _ in 0..<1000 {
        if let value = try await look() { return value }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw CancellationError()
}
