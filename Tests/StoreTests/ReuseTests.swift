import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct ReuseTests {
    @Test func `a completed job is found by its fingerprint, within its tenant`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let job = try await fixture.claimOne()
        _ = try await fixture.store.completeJob(
            job.lease,
            artifacts: [try Fixture.artifact("media.mp4")],
            fingerprint: "f1"
        )
        let other = try await fixture.store.createTenant(name: "other")
        let store = fixture.store

        let found = try await store.reusableJob(
            tenantId: fixture.tenantId,
            stage: .transcode,
            fingerprint: "f1"
        )
        #expect(found?.job.id == job.job.id)
        #expect(found?.artifacts.map(\.name.description) == ["media.mp4"])
        #expect(try await store.reusableJob(tenantId: other, stage: .transcode, fingerprint: "f1") == nil)
        #expect(
            try await store.reusableJob(tenantId: fixture.tenantId, stage: .plan, fingerprint: "f1") == nil
        )

        _ = try await fixture.startRun()
        var second = try await fixture.claimOne()
        while second.job.stage != .transcode { second = try await fixture.claimOne() }
        let artifacts = found?.artifacts.map(NewArtifact.init(copying:)) ?? []
        #expect(
            try await store.completeJob(
                second.lease,
                artifacts: artifacts,
                fingerprint: "f1",
                reusedFrom: job.job.id
            )
        )
        #expect(try await fixture.job(second.run.id, .transcode).reusedFrom == job.job.id)
    }

    @Test func `a built-in style is published once per digest, and never changes`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let json = try WireJSON.encode(Self.document)

        for _ in 0..<2 {
            let view = try await store.publishBuiltInStyle(
                package: "default",
                document: Self.document,
                documentJSON: json,
                digest: "d1"
            )
            #expect(view.version == 1)
        }
        let second = try await store.publishBuiltInStyle(
            package: "default",
            document: Self.document,
            documentJSON: json,
            digest: "d2"
        )
        #expect(second.version == 2)
        let newest = try await store.styleVersion(
            tenantId: fixture.tenantId,
            package: "default",
            version: nil
        )
        #expect(newest?.digest == "d2" && newest?.document == Self.document)
        let pinned = try await store.styleVersion(tenantId: fixture.tenantId, package: "default", version: 1)
        #expect(pinned?.digest == "d1")
        #expect(
            try await store.styleVersion(tenantId: fixture.tenantId, package: "none", version: nil) == nil
        )
        await #expect(throws: PostgresError.self) {
            try await fixture.database.pool.execute("UPDATE style_versions SET digest = 'x'")
        }
    }

    @Test func `a tenant's style is published once per document, and never without a file that it pins`()
        async throws
    {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let json = try WireJSON.encode(Self.document)
        let picture = StyleAsset(sha256: String(repeating: "a", count: 64), kind: .picture)
        @Sendable func publish(_ digest: String, _ assets: [StyleAsset]) async throws -> StyleVersionView {
            try await store.publishStyle(
                tenantId: fixture.tenantId,
                package: "bakery",
                document: json,
                digest: digest,
                assets: assets
            )
        }

        await #expect(throws: Problem.self) { try await publish("d1", [picture]) }
        try await store.insertStyleAsset(
            sha256: picture.sha256,
            mediaType: "image/png",
            sizeBytes: 9,
            location: "builtin/styles/a.png"
        )
        await #expect(throws: Problem.self) {
            try await publish("d1", [StyleAsset(sha256: picture.sha256, kind: .sound)])
        }
        #expect(
            try await store.styleVersion(tenantId: fixture.tenantId, package: "bakery", version: nil) == nil
        )

        for _ in 0..<2 { #expect(try await publish("d1", [picture]).version == 1) }
        #expect(try await publish("d2", [picture]).version == 2)
        let other = try await store.createTenant(name: "other")
        #expect(try await store.styleVersion(tenantId: other, package: "bakery", version: nil) == nil)
        let pin = try await store.stylePin(tenantId: fixture.tenantId, package: "bakery", version: .number(1))
        #expect(pin?.digest == "d1")
    }

    private static let document = StyleDocument(
        name: "Default",
        description: "Plain captions",
        captions: CaptionStyle(
            enabled: true,
            fontFamily: "DejaVu Sans",
            fontWeight: 700,
            sizeShare: 0.07,
            textColor: "#FFFFFF",
            highlightColor: "#FFD400",
            outlineColor: "#000000",
            outlineShare: 0.1,
            uppercase: false,
            wordsPerPageMax: 4,
            baselineShare: 0.75
        ),
        title: nil,
        logo: nil,
        audio: AudioTreatment(targetLufs: -14, truePeakMaxDbtp: -1),
        layout: LayoutPreference(portrait: .auto, square: .auto, landscape: .auto)
    )
}
