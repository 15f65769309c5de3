import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

/// What a look for deliveries reads, however many there are that it does not want.
@Suite struct ClaimCostTests {
    @Test func `a start and the loss of a gateway read the leases, not what waits or has ended`() async throws
    {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await fixture.fill(endpoint, count: 5_000, prefix: "ended")
        try await fixture.fill(endpoint, count: 5_000, prefix: "waiting", state: "'pending'")
        let mark = LeaseMark()
        let gone = Store(
            pool: fixture.database.pool,
            links: TestLinks.minter,
            leaseMark: mark,
            jitter: { 0.5 }
        )
        #expect(try await gone.claimDeliveries(limit: 3, leaseSeconds: 600).count == 3)
        #expect(try await fixture.store.claimDeliveries(limit: 2, leaseSeconds: 600).count == 2)
        try await fixture.database.pool.query("ANALYZE deliveries")

        let pool = fixture.database.pool
        let atLoss = try await RowsRead.of("deliveries", in: pool) { transaction in
            guard try Store.free(transaction, marks: [mark.text]) == 3 else { throw FixtureError.unexpected }
        }
        let atStart = try await RowsRead.of("deliveries", in: pool) { transaction in
            guard try Store.free(transaction, marks: nil) == 5 else { throw FixtureError.unexpected }
        }

        #expect(atLoss < 50 && atStart < 50, "\(atLoss) \(atStart)")
    }
}
