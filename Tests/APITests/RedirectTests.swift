import Artifacts
import Contracts
import Foundation
import HTTPTypes
import Store
import Testing

@testable import API

/// Content of a store that has links of its own.
@Suite struct RedirectTests {
    private let bytes = Array("{}".utf8)

    @Test func `clients are sent on to the bytes, with their type and name`() async throws {
        let fixture = try await APIFixture.make(serving: { LinkingStore(base: $0) })
        let (_, runId) = try await fixture.makeArtifact(bytes)
        let artifact = try #require(try await fixture.store.artifacts(runId: runId).first)
        let link = fixture.links.link(artifactId: artifact.id, now: Date()).url
        let asset = try await fixture.makeAsset(bytes)

        try await fixture.withClient { client in
            for path in ["/v1/artifacts/\(artifact.id)/content", link] {
                let answer = try await client.get(path, headers: [.range: "bytes=0-0"])

                #expect(answer.status == 307)
                #expect(answer.body.isEmpty)
                let target = try #require(answer.headers[.location])
                #expect(target.hasPrefix("https://films.example.com/\(artifact.location)?"))
                #expect(target.contains("\(artifact.mediaType)&inline; filename="))
                #expect(answer.headers[.cacheControl] == "no-store")
            }
            let answer = try await client.get("/v1/assets/\(asset.id)/content")
            #expect(answer.status == 307)
            #expect(answer.headers[.location]?.contains("octet-stream&attachment; filename=") == true)
        }
    }

    @Test func `whoever follows no redirects gets the bytes here`() async throws {
        let fixture = try await APIFixture.make(serving: { LinkingStore(base: $0) })
        let asset = try await fixture.makeAsset(bytes)
        let path = "/v1/assets/\(asset.id)/content"

        try await fixture.withClient { client in
            let whole = try await client.get("\(path)?redirect=false")
            let head = try await client.send(.head, path)
            let unsure = try await client.get("\(path)?redirect=maybe")
            let known = try await client.get(path, headers: [.ifNoneMatch: "\"\(asset.sha256)\""])

            #expect(whole.status == 200)
            #expect(Array(whole.body) == bytes)
            #expect(head.status == 200)
            #expect(unsure.status == 422)
            #expect(known.status == 304)
        }
    }

    @Test func `nobody is sent to bytes that are gone`() async throws {
        let fixture = try await APIFixture.make(serving: { LinkingStore(base: $0) })
        let asset = try await fixture.makeAsset(bytes)
        let place = try #require(
            ArtifactLocation(tenantId: fixture.tenantId, assetSha256: asset.sha256)
        )
        try await fixture.artifacts.delete(place)

        try await fixture.withClient { client in
            let answer = try await client.get("/v1/assets/\(asset.id)/content")

            #expect(try answer.problem.slug == "artifact-missing")
            #expect(answer.headers[.location] == nil)
        }
    }

    @Test func `a store without links answers as ever`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(bytes)

        try await fixture.withClient { client in
            let answer = try await client.get("/v1/assets/\(asset.id)/content?redirect=true")

            #expect(answer.status == 200)
        }
    }
}
