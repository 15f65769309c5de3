import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite struct ReplayStoreTests {
    private static let hourAgo = Date().addingTimeInterval(-3_600)

    private func rows(_ fixture: Fixture) async throws -> [(state: String, attempts: Int, replays: Int)] {
        try await fixture.database.pool.query("SELECT state, attempts, replays FROM deliveries ORDER BY id")
            .map {
                (try $0.get("state"), try $0.get("attempts"), try $0.get("replays"))
            }
    }

    @Test func `a replay makes the one delivery due again under the same id and bytes`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.started"])
        _ = try await fixture.startRun()
        let first = try await fixture.store.claimDeliveries(limit: 1, leaseSeconds: 30)[0]
        #expect(
            try await fixture.store.finishDelivery(first.lease, attempt: Fixture.attempt(1), next: .done)
        )

        let report = try await fixture.replay(message: first.messageId)

        #expect(report?.replayed == 1 && report?.created == 0 && report?.leftAlone == 0)
        let again = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(again.map(\.deliveryId) == [first.deliveryId] && again[0].payload == first.payload)
        #expect(again[0].attemptNumber == 2 && again[0].scheduleNumber == 1)
        // One that is under way is left alone, by every way there is.
        let second = try await fixture.replay(message: first.messageId, to: endpoint.id)
        #expect(second?.replayed == 0 && second?.leftAlone == 1)
        #expect(
            try await fixture.store.finishDelivery(again[0].lease, attempt: Fixture.attempt(2), next: .done)
        )
        let found = try await rows(fixture)
        #expect(found.count == 1 && found[0] == ("delivered", 2, 1))
    }

    @Test func `a replay during the pause before a retry sends once, however often it is asked for`()
        async throws
    {
        let fixture = try await Fixture.make()
        _ = try await fixture.addEndpoint(["run.started"])
        _ = try await fixture.startRun()
        let ids = try await fixture.deliver(.rejected, next: .retry(afterMs: 3_600_000))

        let reports = try await withThrowingTaskGroup(of: ReplayView?.self) { group in
            for _ in 0..<8 { group.addTask { try await fixture.replay(message: ids[0]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(reports.compactMap { $0?.replayed }.reduce(0, +) == 1)
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        // It is still the second attempt of the same schedule.
        #expect(due.map(\.attemptNumber) == [2] && due.map(\.scheduleNumber) == [2])
        #expect(try await rows(fixture).count == 1)
    }

    @Test func `a replay reaches endpoints that are younger than the message`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.addEndpoint(["run.started"])
        _ = try await fixture.startRun()
        let ids = try await fixture.deliver()
        let late = try await fixture.addEndpoint()
        let unwilling = try await fixture.addEndpoint(["output.*"])

        let missing = ReplaySelection(states: [.missing], since: Self.hourAgo)
        let report = try await fixture.replay(late, missing)
        let again = try await fixture.replay(late, missing)
        let nothing = try await fixture.replay(unwilling, missing)

        #expect(report?.created == 1 && report?.replayed == 0)
        #expect(again?.created == 0 && nothing?.created == 0)
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(due.map(\.messageId) == ids && due.map(\.endpointId) == [late.id])
        // Named, it gets what it did not ask for.
        #expect(try await fixture.replay(message: ids[0], to: unwilling.id)?.created == 1)
    }

    @Test func `what failed is recovered once, and what was delivered is not`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.started"])
        for _ in 0..<3 { _ = try await fixture.startRun() }
        let failed = try await fixture.deliver(.rejected, next: .exhausted)
        _ = try await fixture.startRun()
        try await fixture.deliver()
        let selection = ReplaySelection(states: [.exhausted], since: Self.hourAgo)

        let report = try await fixture.replay(endpoint, selection)
        let again = try await fixture.replay(endpoint, selection)

        #expect(report?.replayed == 3 && report?.hasMore == false)
        #expect(again?.replayed == 0)
        let due = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(due.map(\.messageId) == failed.sorted())
        #expect(due.allSatisfy { $0.scheduleNumber == 1 && $0.attemptNumber == 2 })
    }

    @Test func `a long replay goes on where the batch before it ended`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.started"])
        for _ in 0..<5 { _ = try await fixture.startRun() }
        try await fixture.deliver()
        var selection = ReplaySelection(states: [.delivered], since: Self.hourAgo, limit: 2)

        var counts: [Int] = []
        while true {
            let report = try #require(try await fixture.replay(endpoint, selection))
            counts.append(report.replayed)
            // What is sent meanwhile is not found again.
            try await fixture.deliver()
            guard report.hasMore else { break }
            selection.after = report.next
        }

        #expect(counts == [2, 2, 1])
        #expect(try await rows(fixture).allSatisfy { $0.replays == 1 && $0.attempts == 2 })
    }

    @Test func `a message whose payload retention took is not sent again`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.started"])
        _ = try await fixture.startRun()
        let ids = try await fixture.deliver()
        _ = try await fixture.startRun()
        try await fixture.database.pool.execute("UPDATE messages SET created_at = now() - interval '40 days'")

        // The second is still to be sent, so it is kept.
        #expect(try await fixture.store.removePayloads(olderThanDays: 30, limit: 10) == 1)

        await #expect(throws: Problem.self) { try await fixture.replay(message: ids[0]) }
        do {
            _ = try await fixture.replay(message: ids[0])
        } catch let problem as Problem {
            #expect(problem.slug == "payload-expired" && problem.status == 410)
            #expect(problem.detail.contains("GET /v1/runs/run_"))
        }
        let view = try await fixture.store.message(tenantId: fixture.tenantId, id: ids[0])
        #expect(view?.payload == nil && view?.payloadRemovedAt != nil)
        let report = try await fixture.replay(
            endpoint,
            ReplaySelection(states: [.delivered], since: Date().addingTimeInterval(-50 * 86_400))
        )
        #expect(report?.expired == 1 && report?.replayed == 0)
    }

    @Test func `only a replay brings a delivery back that has ended`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.addEndpoint(["run.started"])
        _ = try await fixture.startRun()
        try await fixture.deliver()

        await #expect(throws: PostgresError.self) {
            try await fixture.database.pool.execute(
                "UPDATE deliveries SET state = 'pending', next_attempt_at = now(), finished_at = NULL"
            )
        }
    }

    @Test func `another tenant's message and endpoint are not there`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.started"])
        _ = try await fixture.startRun()
        let ids = try await fixture.deliver()
        let other = try await fixture.store.createTenant(name: "other")
        let foreign = try await fixture.addEndpoint(tenantId: other)
        let respond: @Sendable (ReplayView) throws -> StoredResponse = { _ in
            StoredResponse(status: 202, headers: [:], body: Data())
        }

        let message = try await fixture.store.replayMessage(
            tenantId: other,
            id: ids[0],
            endpointId: nil,
            claim: nil,
            respond: respond
        )
        let batch = try await fixture.store.replayEndpoint(
            tenantId: other,
            endpointId: endpoint.id,
            selection: ReplaySelection(states: [.delivered], since: Self.hourAgo),
            claim: nil,
            respond: respond
        )

        #expect(message == nil && batch == nil)
        await #expect(throws: Problem.self) { try await fixture.replay(message: ids[0], to: foreign.id) }
        #expect(
            try await fixture.replay(foreign, ReplaySelection(states: [.missing], since: Self.hourAgo)) == nil
        )
    }
}
