import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

@Suite struct FeedStoreTests {
    private func read(
        _ fixture: Fixture,
        after: String? = nil,
        types: [String] = [],
        limit: Int = 100,
        rowsMax: Int = Store.feedRowsMax
    ) async throws -> FeedPage {
        try await fixture.store.feed(
            tenantId: fixture.tenantId,
            filter: EventFilter(types),
            after: after.flatMap { FeedCursor($0) },
            limit: limit,
            rowsMax: rowsMax
        )
    }

    /// Reads on until there are `count` events, and returns them with the place where it ended.
    ///
    /// The horizon is that of the whole server, where other tests have transactions of their own under way.
    private func read(
        _ fixture: Fixture,
        count: Int,
        after: String? = nil,
        types: [String] = [],
        limit: Int = 100
    ) async throws -> (events: [MessageView], next: String?) {
        let deadline = ContinuousClock.now + .seconds(60)
        var (events, next) = ([MessageView](), after)
        repeat {
            let page = try await read(fixture, after: next, types: types, limit: limit)
            #expect(page.data.count <= limit)
            events += page.data
            next = page.next
            if page.data.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        } while events.count < count && ContinuousClock.now < deadline
        return (events, next)
    }

    /// A message as a transaction of its own would write it.
    private static func insertion(_ fixture: Fixture, _ type: String) -> SQL {
        """
        INSERT INTO messages (id, tenant_id, event_type, payload)
        VALUES (\(ResourceID.make(.message)), \(fixture.tenantId), \(type), '{}')
        """
    }

    @Test func `a reader that goes on where it was reads each event once`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.addEndpoint()
        for _ in 0..<5 { _ = try await fixture.startRun() }

        let first = try await read(fixture, count: 5, limit: 2)
        _ = try await fixture.startRun()
        let news = try await read(fixture, count: 1, after: first.next)

        #expect(first.events.count == 5)
        #expect(news.events.map(\.eventType) == ["run.started"])
        #expect(Set((first.events + news.events).map(\.id)).count == 6)
        #expect(news.events.first?.payload?.contains("run.started") == true)
    }

    @Test func `an event of a slow transaction is not missed`() async throws {
        let fixture = try await Fixture.make()
        var early = FeedPage(data: [], hasMore: false, next: "")

        try await HeldTransaction.during(
            Self.insertion(fixture, "run.failed"),
            in: fixture.database,
            commits: true
        ) {
            // It began later and is committed already.
            try await fixture.database.pool.execute(Self.insertion(fixture, "run.cancelled"))
            early = try await read(fixture)
        }

        #expect(early.data.isEmpty)
        let later = try await read(fixture, count: 2, after: early.next)
        #expect(later.events.map(\.eventType) == ["run.failed", "run.cancelled"])
    }

    @Test func `a filter passes over the others for good`() async throws {
        let fixture = try await Fixture.make()
        let pool = fixture.database.pool
        try await pool.execute(Self.insertion(fixture, "run.started"))
        try await pool.execute(Self.insertion(fixture, "output.failed"))

        let first = try await read(fixture, count: 1, types: ["output.*"])
        try await pool.execute(Self.insertion(fixture, "output.rendered"))
        let second = try await read(fixture, count: 1, after: first.next, types: ["*"])

        #expect(first.events.map(\.eventType) == ["output.failed"])
        #expect(second.events.map(\.eventType) == ["output.rendered"])
    }

    @Test func `a filter that finds little is answered in part, with the place to go on from`() async throws {
        let fixture = try await Fixture.make()
        let pool = fixture.database.pool
        for _ in 0..<4 { try await pool.execute(Self.insertion(fixture, "run.started")) }
        try await pool.execute(Self.insertion(fixture, "output.failed"))
        // From here on all of them are below the horizon.
        let all = try await read(fixture, count: 5)
        #expect(all.events.count == 5)

        var (pages, next) = ([FeedPage](), String?.none)
        repeat {
            let page = try await read(fixture, after: next, types: ["output.*"], rowsMax: 2)
            pages.append(page)
            next = page.next
        } while pages.last?.hasMore == true && pages.count < 10

        #expect(pages.map(\.data.count) == [0, 0, 1])
        #expect(pages.map(\.hasMore) == [true, true, false])
        #expect(pages[2].data[0].eventType == "output.failed")
        // What is wanted and the last that may be looked at is shown once.
        let whole = try await read(fixture, limit: 2, rowsMax: 2)
        #expect(whole.data.map(\.id) == all.events.prefix(2).map(\.id) && whole.hasMore)
        let rest = try await read(fixture, after: whole.next, limit: 3, rowsMax: 3)
        #expect(rest.data.map(\.id) == all.events.suffix(3).map(\.id))
        let exact = try await read(fixture, types: ["output.*"], rowsMax: 5)
        #expect(exact.data.count == 1 && exact.hasMore)
        #expect(try await read(fixture, after: exact.next, types: ["output.*"], rowsMax: 5).data.isEmpty)
    }

    @Test func `a page looks at no more than it may, and at no more than it needs`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await fixture.fill(endpoint, count: 2_000, prefix: "f")
        #expect(try await read(fixture, count: 2_000).events.count == 2_000)

        let cases: [(types: [String], looked: Int)] = [(["output.*"], 500), (["run.failed"], 10), ([], 10)]
        for (types, looked) in cases {
            let statement = Store.feed(
                tenantId: fixture.tenantId,
                filter: EventFilter(types),
                after: .start,
                limit: 10,
                rowsMax: 500
            )
            let rows = try await RowsRead.of("messages", in: fixture.database.pool) {
                _ = try $0.query(statement)
            }
            #expect((looked...looked + 2).contains(rows), "\(types) \(rows)")
        }
    }

    @Test func `a cursor is read back as it was written, and nothing else is one`() {
        let id = ResourceID.make(.message)

        #expect(FeedCursor("771204-\(id)")?.description == "771204-\(id)")
        #expect(FeedCursor("0-0")?.description == "0-0")
        for text in ["", "1", "1-", "-1-0", "1-run_x", "1-0-0", "99999999999999999999-0", "end", "1-msg_'"] {
            #expect(FeedCursor(text) == nil, "\(text)")
        }
    }
}
