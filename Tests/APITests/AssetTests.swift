import Contracts
import Foundation
import HTTPTypes
import Postgres
import Signatures
import TestSupport
import Testing

@testable import API

@Suite struct AssetTests {
    static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

    @Test func `an upload is stored once, whichever method brings it`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let first = try await client.send(.post, "/v1/assets", bytes: Self.bytes)
            let again = try await client.send(.put, "/v1/assets", bytes: Self.bytes)

            #expect(first.status == 201)
            let asset = try first.decode(AssetView.self)
            #expect(first.headers[.location] == "/v1/assets/\(asset.id)")
            #expect(asset.sha256 == SHA256Digest.hex(Self.bytes))
            #expect(asset.sizeBytes == 300_000)
            #expect(asset.media == nil)
            #expect(again.status == 200)
            #expect(try again.decode(AssetView.self).id == asset.id)
            #expect(try await client.get("/v1/assets/\(asset.id)").decode(AssetView.self) == asset)
        }
    }

    @Test func `two tenants with the same bytes have two assets`() async throws {
        let fixture = try await APIFixture.make()
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let mine = try await client.send(.post, "/v1/assets", bytes: Self.bytes)
            let theirs = try await client.send(.post, "/v1/assets", key: otherKey, bytes: Self.bytes)

            #expect(theirs.status == 201)
            #expect(try mine.decode(AssetView.self).id != theirs.decode(AssetView.self).id)
        }
    }

    @Test func `an empty upload and one that is too large leave nothing`() async throws {
        let fixture = try await APIFixture.make { $0.limits.assetBytesMax = 1_000 }

        try await fixture.withClient { client in
            let empty = try await client.send(.post, "/v1/assets", bytes: [])
            let fits = try await client.send(.post, "/v1/assets", bytes: Array(Self.bytes.prefix(1_000)))
            let large = try await client.send(.post, "/v1/assets", bytes: Array(Self.bytes.prefix(1_001)))

            #expect(empty.status == 422)
            #expect(try empty.problem.slug == "source-empty")
            #expect(fits.status == 201)
            #expect(large.status == 413)
            #expect(try large.problem.slug == "source-too-large")
        }
        #expect(try fixture.incomingFiles.isEmpty)
    }

    @Test(arguments: ["Content-Length: 1000", "Transfer-Encoding: chunked"])
    func `an upload that breaks off leaves nothing`(_ framing: String) async throws {
        let fixture = try await APIFixture.make()
        let key = fixture.key

        try await fixture.withClient { client in
            let port = client.port
            let payload = framing.hasPrefix("T") ? "a\r\n0123456789\r\n" : "0123456789"
            let text =
                "POST /v1/assets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n\(framing)\r\n\r\n"
            // Half-closed by us, and read until the server closes: then it is through with the request.
            let answer = try await RawConnection.exchange(port: port, text: text + payload)

            #expect(!answer.contains(" 201 "))
        }
        #expect(try fixture.incomingFiles.isEmpty)
        let assets = try await fixture.database.pool.query("SELECT id FROM assets")
        #expect(assets.isEmpty)
    }

    @Test func `a client that asks first is told to go on, or refused before it sends`() async throws {
        let fixture = try await APIFixture.make { $0.limits.assetBytesMax = 10 }
        let key = fixture.key

        try await fixture.withClient { client in
            let port = client.port
            func ask(_ length: Int, key: String) async throws -> String {
                let text = """
                    PUT /v1/assets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r
                    Content-Length: \(length)\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n
                    """
                return try await RawConnection.exchange(
                    port: port,
                    text: text + String(repeating: "a", count: length)
                )
            }
            let welcome = try await ask(10, key: key)
            let large = try await ask(11, key: key)
            let stranger = try await ask(10, key: "rg_test_nobody")

            #expect(welcome.hasPrefix("HTTP/1.1 100 "))
            #expect(welcome.contains("HTTP/1.1 201 "))
            #expect(large.hasPrefix("HTTP/1.1 413 "))
            #expect(stranger.hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test func `a chunked upload beyond the limit is cut short`() async throws {
        let fixture = try await APIFixture.make { $0.limits.assetBytesMax = 15 }
        let key = fixture.key

        try await fixture.withClient { client in
            let port = client.port
            let text = """
                POST /v1/assets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r
                Transfer-Encoding: chunked\r\nConnection: close\r\n\r
                a\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n
                """
            let answer = try await RawConnection.exchange(port: port, text: text)

            #expect(answer.contains("413"))
            #expect(answer.contains("source-too-large"))
        }
        #expect(try fixture.incomingFiles.isEmpty)
    }
}

extension APIFixture {
    /// Uploads that the store has not finished.
    var incomingFiles: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: "\(folder)/.incoming") }
    }
}
