import Artifacts
import Contracts
import Foundation
import HTTPTypes
import Postgres
import Signatures
import Store
import TestSupport
import Testing

@testable import API

@Suite struct ContentTests {
    static let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }

    @Test func `the bytes of an artifact that is not kept any more are gone`() async throws {
        let fixture = try await APIFixture.make()
        let (_, runId) = try await fixture.makeArtifact(Array("{}".utf8))
        let artifact = try #require(try await fixture.store.artifacts(runId: runId).first)
        try await fixture.database.pool.execute("UPDATE artifacts SET removed_at = now()")

        try await fixture.withClient { client in
            let answer = try await client.get("/v1/artifacts/\(artifact.id)/content")
            let shown = try await client.get("/v1/runs/\(runId)/artifacts").decode(Page<ArtifactView>.self)

            #expect(answer.status == 410)
            #expect(try answer.problem.slug == "artifact-removed")
            #expect(shown.data.first?.removedAt != nil)
        }
    }

    @Test func `content comes whole with its digest as its tag`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Self.bytes)
        let path = "/v1/assets/\(asset.id)/content"

        try await fixture.withClient { client in
            let whole = try await client.get(path)
            let head = try await client.send(.head, path)
            let tag = "\"\(asset.sha256)\""

            #expect(whole.status == 200)
            #expect(Array(whole.body) == Self.bytes)
            #expect(whole.headers[.eTag] == tag)
            #expect(whole.headers[.acceptRanges] == "bytes")
            #expect(whole.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers[.contentLength] == "700000")
            #expect(try await client.get(path, headers: [.ifNoneMatch: "\"x\", W/\(tag)"]).status == 304)
            #expect(try await client.get(path, headers: [.ifNoneMatch: "\"x\""]).status == 200)
        }
    }

    @Test func `one range is answered with its part, an impossible one with 416`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Self.bytes)
        let path = "/v1/assets/\(asset.id)/content"

        try await fixture.withClient { client in
            let first = try await client.get(path, headers: [.range: "bytes=0-9"])
            let middle = try await client.get(path, headers: [.range: "bytes=299990-600009"])
            let tail = try await client.get(path, headers: [.range: "bytes=-5"])
            let open = try await client.get(path, headers: [.range: "bytes=699999-"])
            let beyond = try await client.get(path, headers: [.range: "bytes=700000-"])
            let stale = try await client.get(path, headers: [.range: "bytes=0-9", .ifRange: "\"old\""])

            #expect(first.status == 206)
            #expect(Array(first.body) == Array(Self.bytes[0...9]))
            #expect(first.headers[.contentRange] == "bytes 0-9/700000")
            #expect(Array(middle.body) == Array(Self.bytes[299_990...600_009]))
            #expect(Array(tail.body) == Array(Self.bytes.suffix(5)))
            #expect(Array(open.body) == Array(Self.bytes.suffix(1)))
            #expect(beyond.status == 416)
            #expect(beyond.headers[.contentRange] == "bytes */700000")
            #expect(try beyond.problem.slug == "range-not-satisfiable")
            #expect(stale.status == 200)
            #expect(stale.body.count == 700_000)
        }
    }

    @Test func `a signed link works without a key until it expires, and only for its path`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Self.bytes)
        let other = try await fixture.makeAsset([1, 2, 3])
        let good = fixture.links.assetLink(assetId: asset.id, now: Date()).url
        let old = fixture.links.assetLink(assetId: asset.id, now: Date(timeIntervalSinceNow: -601)).url
        let moved = good.replacing(asset.id, with: other.id)
        let longer = good.replacing("expires=", with: "expires=9")

        try await fixture.withClient { client in
            let answer = try await client.get(good, key: "", headers: [.range: "bytes=1-3"])

            #expect(answer.status == 206)
            #expect(Array(answer.body) == Array(Self.bytes[1...3]))
            for refused in [old, moved, longer, good + "x", good.replacing("signature", with: "sig")] {
                let answer = try await client.get(refused, key: "")
                #expect(answer.status == 403 || answer.status == 401)
                #expect(["link-expired", "unauthorized"].contains(try answer.problem.slug))
            }
            #expect(try await client.get(old, key: "").problem.slug == "link-expired")
        }
    }

    @Test func `an artifact's own link serves it, in its type`() async throws {
        let fixture = try await APIFixture.make()
        let (artifact, runId) = try await fixture.makeArtifact(Array(#"{"version":1}"#.utf8))
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let list = try await client.get("/v1/runs/\(runId)/artifacts").decode(Page<ArtifactView>.self)
            let view = try #require(list.data.first)
            #expect(view.name == "media.json")
            let linked = try await client.get(view.url, key: "")
            let keyed = try await client.get("/v1/artifacts/\(view.id)/content")
            let theirs = try await client.get("/v1/artifacts/\(view.id)/content", key: otherKey)

            #expect(linked.status == 200)
            #expect(linked.text == #"{"version":1}"#)
            #expect(linked.headers[.contentType] == "application/json")
            #expect(linked.headers[.contentDisposition] == "inline; filename=\"media.json\"")
            #expect(linked.headers[.eTag] == "\"\(artifact.sha256)\"")
            #expect(keyed.body == linked.body)
            #expect(theirs.status == 404)
        }
    }

    @Test func `a style's picture is served by its signed link`() async throws {
        let fixture = try await APIFixture.make()
        let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
        let sha256 = SHA256Digest.hex(picture)
        let location = try #require(ArtifactLocation(styleAssetSha256: sha256))
        try await fixture.artifacts.write(picture, to: location)
        try await fixture.store.insertStyleAsset(
            sha256: sha256,
            mediaType: "image/png",
            sizeBytes: 4,
            location: location.path
        )
        let link = fixture.links.styleAssetLink(sha256: sha256, now: Date()).url

        try await fixture.withClient { client in
            let answer = try await client.get(link, key: "")

            #expect(answer.status == 200)
            #expect(Array(answer.body) == picture)
            #expect(answer.headers[.contentType] == "image/png")
            #expect(try await client.get("/v1/style-assets/\(sha256)").status == 403)
        }
    }

    @Test func `content that is gone from the store is a problem, not a broken answer`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Self.bytes)
        let location = try #require(ArtifactLocation(parsing: asset.location))
        try await fixture.artifacts.delete(location)

        try await fixture.withClient { client in
            let answer = try await client.get("/v1/assets/\(asset.id)/content")

            #expect(answer.status == 500)
            #expect(try answer.problem.slug == "artifact-missing")
        }
    }
}
