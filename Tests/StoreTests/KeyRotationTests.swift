import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Threads

@testable import Store

@Suite struct KeyRotationTests {
    private func endpoint(_ fixture: Fixture, secret: String = "whsec_first") async throws -> String {
        let made = Locked<String?>(nil)
        _ = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: "https://hooks.example.com/",
            eventTypes: [],
            description: nil,
            secret: secret,
            claim: nil
        ) { view in
            made.withLock { $0 = view.id }
            return StoredResponse(status: 201, headers: [:], body: Data())
        }
        return try #require(made.withLock { $0 })
    }

    /// Rotates and returns what the answer tells.
    @discardableResult
    private func rotate(
        _ fixture: Fixture,
        _ id: String,
        _ key: KeyRotation.Key,
        overlap: Int,
        claim: IdempotencyClaim? = nil
    ) async throws -> EndpointKeysView {
        let keys = Locked<EndpointKeysView?>(nil)
        _ = try await fixture.store.rotateKey(
            tenantId: fixture.tenantId,
            endpointId: id,
            rotation: KeyRotation(key: key, overlapSeconds: overlap),
            claim: claim
        ) { view in
            keys.withLock { $0 = view }
            return StoredResponse(status: 200, headers: [:], body: Data())
        }
        return try #require(keys.withLock { $0 })
    }

    /// What the next attempt would be signed with.
    private func signing(_ fixture: Fixture, _ id: String) async throws -> [SigningKey] {
        _ = try await fixture.store.enqueueTest(tenantId: fixture.tenantId, endpointId: id)
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 60)
        return try #require(due.last).target.keys
    }

    private static func pair(_ name: String) -> NewKeyPair {
        NewKeyPair(secret: "whsk_\(name)", publicKey: "whpk_\(name)")
    }

    @Test func `an old secret signs beside the new one until its time, the new one first`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)

        let keys = try await rotate(fixture, id, .secret("whsec_second"), overlap: 3600)

        #expect(keys.secret == "whsec_second" && keys.old.map(\.scheme) == [.v1])
        #expect(try await fixture.store.endpointKeys(tenantId: fixture.tenantId, id: id) == keys)
        let signing = try await signing(fixture, id)
        #expect(signing.map(\.secret) == ["whsec_second", "whsec_first"])
        let expiresAt = try #require(signing[1].expiresAt)
        #expect(abs(Double(expiresAt) - Date().timeIntervalSince1970 - 3600) < 60)
        try await fixture.database.pool.execute("UPDATE endpoint_keys SET expires_at = now()")
        #expect(try await self.signing(fixture, id).map(\.secret) == ["whsec_second"])
        #expect(try await fixture.store.endpointKeys(tenantId: fixture.tenantId, id: id)?.old == [])
    }

    @Test func `an overlap of zero ends the old secret and all before it, at once`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)
        try await rotate(fixture, id, .secret("whsec_second"), overlap: 3600)

        let keys = try await rotate(fixture, id, .secret("whsec_third"), overlap: 0)

        #expect(keys.old.isEmpty)
        #expect(try await signing(fixture, id).map(\.secret) == ["whsec_third"])
    }

    @Test func `a shorter overlap shortens what was replaced before, a longer one does not stretch it`()
        async throws
    {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)
        let first = try await rotate(fixture, id, .secret("whsec_second"), overlap: 600)
        let second = try await rotate(fixture, id, .secret("whsec_third"), overlap: 6000)
        #expect(second.old.count == 2 && second.old[0] == first.old[0])

        let third = try await rotate(fixture, id, .secret("whsec_fourth"), overlap: 60)

        #expect(third.old.count == 3 && Set(third.old.map(\.expiresAt)).count == 1)
        #expect(third.old[0].expiresAt < first.old[0].expiresAt)
    }

    @Test func `ten old keys sign at most, and the eleventh is refused with the way out`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)
        for number in 1...Store.oldKeysMax {
            try await rotate(fixture, id, .secret("whsec_\(number)"), overlap: 3600)
        }

        // A short overlap makes no room: the old keys sign on until it is over.
        for overlap in [3600, 60] {
            let problem = await #expect(throws: Problem.self) {
                try await rotate(fixture, id, .secret("whsec_11"), overlap: overlap)
            }
            let keys = try #require(
                try await fixture.store.endpointKeys(tenantId: fixture.tenantId, id: id)
            )
            #expect(keys.secret == "whsec_10" && keys.old.count == 10)
            #expect(problem?.slug == "conflict" && problem?.detail.contains("\"overlap_seconds\": 0") == true)
            let end = Timestamp.format(keys.old[0].expiresAt)
            #expect(problem?.detail.contains("Wait until \(end)") == true, "\(problem?.detail ?? "")")
        }
        #expect(try await signing(fixture, id).count == 11)
        // Each of the two ways that it names leads out.
        let first = try #require(
            try await fixture.store.endpointKeys(tenantId: fixture.tenantId, id: id)?.old.first
        )
        _ = try await fixture.database.pool.transaction {
            try $0.execute(
                """
                UPDATE endpoint_keys
                SET expires_at = now()
                WHERE endpoint_id = \(id) AND expires_at < \(first.expiresAt) + interval '1 millisecond'
                """
            )
        }
        #expect(try await rotate(fixture, id, .secret("whsec_11"), overlap: 3600).old.count == 10)
        #expect(try await rotate(fixture, id, .secret("whsec_12"), overlap: 0).old.isEmpty)
    }

    @Test func `an old secret may become the current one again, the current one not`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)
        try await rotate(fixture, id, .secret("whsec_second"), overlap: 3600)

        try await rotate(fixture, id, .secret("whsec_first"), overlap: 3600)

        #expect(try await signing(fixture, id).map(\.secret) == ["whsec_first", "whsec_second"])
        let problem = await #expect(throws: Problem.self) {
            try await rotate(fixture, id, .secret("whsec_first"), overlap: 0)
        }
        #expect(problem?.errors?.map(\.pointer) == ["/secret"])
        #expect(try await signing(fixture, id).count == 2)
    }

    @Test func `a pair is replaced by itself, and only where there is one`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)
        let problem = await #expect(throws: Problem.self) {
            try await rotate(fixture, id, .pair(Self.pair("a")), overlap: 0)
        }
        #expect(problem?.slug == "conflict" && problem?.detail.contains("PATCH") == true)
        try await fixture.database.pool.transaction { try $0.changePair(of: id, .add(Self.pair("a"))) }
        try await fixture.database.pool.transaction { try $0.changePair(of: id, .add(Self.pair("b"))) }

        let keys = try await rotate(fixture, id, .pair(Self.pair("c")), overlap: 3600)

        #expect(keys.publicKey == "whpk_c" && keys.old.map(\.publicKey) == ["whpk_a"])
        try await rotate(fixture, id, .secret("whsec_second"), overlap: 60)
        let signing = try await signing(fixture, id)
        #expect(signing.map(\.secret) == ["whsec_second", "whsk_c", "whsk_a", "whsec_first"])
        try await fixture.database.pool.transaction { try $0.changePair(of: id, .remove) }
        #expect(try await self.signing(fixture, id).map(\.secret) == ["whsec_second", "whsec_first"])
    }

    @Test func `nobody rotates or sees the keys of another tenant`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)
        let other = try await fixture.store.createTenant(name: "other")

        let problem = await #expect(throws: Problem.self) {
            try await fixture.store.rotateKey(
                tenantId: other,
                endpointId: id,
                rotation: KeyRotation(key: .secret("whsec_x"), overlapSeconds: 0),
                claim: nil
            ) { _ in StoredResponse(status: 200, headers: [:], body: Data()) }
        }

        #expect(problem?.status == 404)
        #expect(try await fixture.store.endpointKeys(tenantId: other, id: id) == nil)
        #expect(try await signing(fixture, id).map(\.secret) == ["whsec_first"])
    }

    @Test func `rotations that come together end with one current key each and none lost`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endpoint(fixture)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask {
                    try await rotate(fixture, id, .secret("whsec_\(number)"), overlap: 3600)
                }
            }
            try await group.waitForAll()
        }

        let secrets = try await signing(fixture, id).map(\.secret)
        #expect(Set(secrets) == Set((1...6).map { "whsec_\($0)" } + ["whsec_first"]) && secrets.count == 7)
    }
}
