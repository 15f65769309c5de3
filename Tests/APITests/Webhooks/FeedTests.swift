import Contracts
import HTTPTypes
import Postgres
import Store
import TestSupport
import Testing

@testable import API

@Suite struct FeedTests {
    private static let run = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#

    private func page(_ client: Client, _ query: String) async throws -> FeedPage {
        try await client.get("/v1/events?\(query)").decode(FeedPage.self)
    }

    @Test func `a reader waits for events and goes on where it was`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let end = try await page(client, "after=end").next
            async let waiting = page(client, "after=\(end)&wait=30&types=run.cancelled")
            let run = try await client.post("/v1/runs", Self.run).decode(RunView.self)
            _ = try await client.post("/v1/runs/\(run.id)/cancel", "")
            let found = try await waiting

            #expect(found.data.map(\.eventType) == ["run.cancelled"])
            #expect(found.data[0].runId == run.id && found.data[0].payload?.contains(run.id) == true)
            #expect(try await page(client, "after=\(found.next)").data.isEmpty)
            #expect(try await page(client, "after=\(end)&types=output.*").data.isEmpty)
        }
    }

    @Test func `the feed belongs to its tenant and takes no strange parameters`() async throws {
        let fixture = try await APIFixture.make()
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let run = try await client.post("/v1/runs", Self.run).decode(RunView.self)
            _ = try await client.post("/v1/runs/\(run.id)/cancel", "")

            #expect(try await page(client, "wait=30").data.map(\.runId).contains(run.id))
            let foreign = try await client.get("/v1/events", key: otherKey).decode(FeedPage.self)
            #expect(foreign.data.isEmpty && !foreign.next.isEmpty)
            for query in [
                "after=latest", "after=1-run", "after=%2B1-0", "after=01-0", "after=-1-0",
                "after=18446744073709551616-0", "after=1-0-0", "after=", "wait=31", "wait=-1", "limit=0",
                "types=run.eaten",
            ] {
                #expect(try await client.get("/v1/events?\(query)").status == 422, "\(query)")
            }
        }
    }

    @Test func `a place of the future is refused, since whoever waits there misses what comes until then`()
        async throws
    {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let run = try await client.post("/v1/runs", Self.run).decode(RunView.self)
            _ = try await client.post("/v1/runs/\(run.id)/cancel", "")
            let end = try await page(client, "after=end").next
            let horizon = try #require(end.split(separator: "-").first.flatMap { UInt64($0) })

            for place in [
                "\(horizon + 1_000_000)-0", "\(UInt64.max)-0",
                "\(horizon + 1_000_000)-\(ResourceID.make(.message))",
            ] {
                let answer = try await client.get("/v1/events?after=\(place)&wait=30")
                #expect(answer.status == 422, "\(place)")
                #expect(try answer.pointers == ["?after"])
                #expect(try answer.problem.detail.contains("'end'"))
            }
            #expect(try await client.get("/v1/events?after=\(end)").status == 200)
            // What any transaction of the server may still come before is not shown yet, hence the wait.
            #expect(try await page(client, "after=0-0&wait=30").data.map(\.runId).contains(run.id))
        }
    }

    @Test func `a crowd of waiting readers is turned away`() async throws {
        let fixture = try await APIFixture.make { $0.limits.streamsMax = 0 }

        try await fixture.withClient { client in
            let waiting = try await client.get("/v1/events?wait=5")

            #expect(waiting.status == 503)
            #expect(try await client.get("/v1/events").status == 200)
        }
    }

    @Test func `a filter that finds nothing among many is answered at once, and read on from there`()
        async throws
    {
        let fixture = try await APIFixture.make { $0.limits.streamsMax = 0 }
        try await fixture.database.pool.execute(
            """
            INSERT INTO messages (id, tenant_id, event_type, payload)
            SELECT 'msg_' || lpad(n::text, 26, '0'), \(fixture.tenantId), 'run.failed', '{}'
            FROM generate_series(1, \(Store.feedRowsMax + 1)) AS numbers (n)
            """
        )

        try await fixture.withClient { client in
            // Other tests on the server may have transactions that hold the feed back for a moment.
            while try await page(client, "limit=1").data.isEmpty {}
            let first = try await page(client, "wait=30&types=output.failed")
            let rest = try await client.get("/v1/events?wait=30&types=output.failed&after=\(first.next)")

            #expect(first.data.isEmpty && first.hasMore)
            #expect(rest.status == 503)
        }
    }
}
