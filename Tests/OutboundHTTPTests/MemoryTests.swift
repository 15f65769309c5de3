import Foundation
import Glibc
import LoopbackSupport
import Testing

@testable import OutboundHTTP

/// Alone in its process it would be exact; beside others it is still far below what a leak would cost.
@Suite(.serialized) struct MemoryTests {
    @Test func `hundreds of endless answers leave no memory behind`() async throws {
        let server = try LoopbackServer { connection in
            guard let request = connection.readRequest() else { return }
            switch request.target {
            case "/body":
                connection.write("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n")
                let piece = [UInt8](repeating: 0, count: 32 << 10)
                while connection.write(piece) {}
            case "/head":
                connection.write("HTTP/1.1 200 OK\r\n")
                let line = "x-many: " + String(repeating: "a", count: 1000) + "\r\n"
                while connection.write(line) {}
            default:
                while connection.write("HTTP/1.1 103 Early Hints\r\nx: 1\r\n\r\n") {}
            }
        }
        defer { server.stop() }
        let client = HTTPClient(policy: .allowPrivateNetworks)
        try await repeatAll(10, client, server.url)
        let before = try residentBytes()

        try await repeatAll(50, client, server.url)

        // 150 answers, each endless: a piece of 128 KB of each would be 19 MB.
        #expect(try residentBytes() - before < 16 << 20)
    }

    private func repeatAll(_ count: Int, _ client: HTTPClient, _ url: String) async throws {
        let limits = ResponseLimits(keptBytesMax: 16 << 10, drainedBytesMax: 64 << 10, excess: .truncate)
        for _ in 0..<count {
            for target in ["/body", "/head", "/interim"] {
                let request = HTTPRequest(method: "POST", url: url + target, body: [1], limits: limits)
                let response = try? await client.send(request)
                #expect((response?.status ?? 0) == (target == "/body" ? 200 : 0))
            }
        }
    }

    private func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return try #require(pages) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
