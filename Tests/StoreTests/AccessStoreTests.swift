import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct AccessStoreTests {
    @Test func `a key is known by its digest until it expires or is revoked`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let digests = (1...3).map { [UInt8](repeating: $0, count: 32) }
        let future = Date(timeIntervalSinceNow: 3_600)
        let keyId = try await store.createKey(
            tenantId: fixture.tenantId,
            name: "ci",
            digest: digests[0],
            scopes: ["runs:read"],
            expiresAt: future
        )
        _ = try await store.createKey(
            tenantId: fixture.tenantId,
            name: "old",
            digest: digests[1],
            scopes: [],
            expiresAt: Date(timeIntervalSince1970: 0)
        )

        #expect(
            try await store.authenticate(digest: digests[0])
                == Principal(keyId: keyId, tenantId: fixture.tenantId, scopes: ["runs:read"])
        )
        #expect(try await store.authenticate(digest: digests[1]) == nil)
        #expect(try await store.authenticate(digest: digests[2]) == nil)
        #expect(try await store.revokeKey(tenantId: fixture.tenantId, id: keyId))
        #expect(try await store.authenticate(digest: digests[0]) == nil)
    }

    @Test func `the bootstrap key is seeded once`() async throws {
        let fixture = try await Fixture.make()
        let digest = [UInt8](repeating: 7, count: 32)

        try await fixture.store.seedBootstrapKey(digest: digest)
        let first = try await fixture.store.authenticate(digest: digest)
        try await fixture.store.seedBootstrapKey(digest: digest)

        #expect(first?.scopes == Set(Store.allScopes))
        #expect(try await fixture.store.authenticate(digest: digest) == first)
        #expect(try await fixture.store.ensureTenant() == first?.tenantId)
    }

    @Test func `the same bytes of a tenant are one asset`() async throws {
        let fixture = try await Fixture.make()
        let other = try await fixture.store.createTenant(name: "other")
        func insert(_ tenantId: String) async throws -> AssetRecord {
            try await fixture.store.insertAsset(
                tenantId: tenantId,
                sha256: Fixture.sha256,
                sizeBytes: 5,
                location: "x"
            )
        }

        let first = try await insert(fixture.tenantId)
        #expect(try await insert(fixture.tenantId) == first)
        #expect(try await insert(other).id != first.id)
        #expect(try await fixture.store.asset(tenantId: other, id: first.id) == nil)
    }

    @Test func `a fetched source is attached by the lease holder only, and shows in the run`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let claimed = try await fixture.claimOne()
        let asset = try await fixture.store.insertAsset(
            tenantId: fixture.tenantId,
            sha256: Fixture.sha256,
            sizeBytes: 5,
            location: "x"
        )
        let stranger = JobLease(jobId: claimed.job.id, token: UUID())

        #expect(try await !fixture.store.attachSource(runId: id, lease: stranger, assetId: asset.id))
        #expect(try await fixture.store.attachSource(runId: id, lease: claimed.lease, assetId: asset.id))

        let view = try await fixture.store.runView(tenantId: fixture.tenantId, id: id)
        #expect(view?.source.assetId == asset.id && view?.source.sizeBytes == 5)
    }
}
