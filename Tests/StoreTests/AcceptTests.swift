import Contracts
import Foundation
import Pipeline
import Postgres
import TestSupport
import Testing
import Threads

@testable import Store

@Suite struct AcceptTests {
    private func claim(_ fixture: Fixture, _ key: String, fingerprint: UInt8 = 1) -> IdempotencyClaim {
        IdempotencyClaim(
            tenantId: fixture.tenantId,
            key: key,
            route: "POST /v1/runs",
            fingerprint: [fingerprint]
        )
    }

    private func fresh(_ outcome: IdempotencyOutcome) throws -> StoredResponse {
        guard case .fresh(let response) = outcome else { throw FixtureError.unexpected }
        return response
    }

    private static let strange = #"a "quoted" \ back/slash, tab \#t, bell \#u{7}, é, 日本, 😀, \#u{2028}"#
    /// Quotes and backslashes that are part of a larger character.
    private static let combined = "\u{301}a\"\u{FE0F} \\\u{301} \"\u{200D}\\\u{200D} \"\u{301}"

    @Test(arguments: [false, true])
    func `the answer is the run as it is read afterwards, to the byte`(isUpload: Bool) async throws {
        let fixture = try await Fixture.make()
        var new = fixture.newRun(url: "https://example.com/\"a\"?b=\\c&d=é")
        new.metadata = ["team": Self.strange, "caseId": "7", "ä": "ö", "z_1": ""]
        new.externalId = Self.strange
        new.options.language = "pt-BR"
        new.options.shorts.keywords = [Self.strange, "{\"\":\"\"}"]
        if isUpload {
            let asset = try await fixture.store.insertAsset(
                tenantId: fixture.tenantId,
                sha256: Fixture.sha256,
                sizeBytes: 12,
                location: "x"
            )
            (new.sourceUrl, new.sourceAssetId) = (nil, asset.id)
        }

        let response = try fresh(try await fixture.store.acceptRun(new, claim: nil))

        let id = try WireJSON.decode(RunView.self, from: response.body).id
        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == String(decoding: try WireJSON.encode(view), as: UTF8.self)
        )
        #expect(response.status == 202)
        #expect(response.headers == ["Location": "/v1/runs/\(id)", "Content-Type": "application/json"])
    }

    @Test func `a quote with a combining character leaves the answer, its copy and the event readable`()
        async throws
    {
        let fixture = try await Fixture.make()
        _ = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: "https://example.com/hook",
            eventTypes: ["run.started"],
            description: nil,
            secret: "whsec_x",
            claim: nil
        ) { _ in StoredResponse(status: 201, headers: [:], body: Data()) }
        var new = fixture.newRun()
        new.metadata = ["team": Self.combined]
        new.externalId = Self.combined

        let response = try fresh(try await fixture.store.acceptRun(new, claim: claim(fixture, "k")))
        let again = try await fixture.store.acceptRun(new, claim: claim(fixture, "k"))

        let view = try WireJSON.decode(RunView.self, from: response.body)
        #expect(view.externalId == Self.combined && view.metadata == ["team": Self.combined])
        #expect(again == .replayed(response))
        let messages = try await fixture.store.messages(tenantId: fixture.tenantId, limit: 10, after: nil)
        let id = try #require(messages.data.first?.id)
        let event = try await WireJSON.decode(EventEnvelope.self, from: fixture.payload(of: id))
        #expect(event.data.run?.externalId == Self.combined)
    }

    @Test func `strings are written as the coder writes them`() throws {
        for text in [
            Self.strange, Self.combined, "", "plain", "\"", "\\\"", "a\u{0}b", "\u{7F}", "</script>",
        ] {
            #expect(Data(try JSONText.string(text).utf8) == (try WireJSON.encode(text)))
            for key in [text, "b_2", "B", "a.b"] {
                let members = [key: text, "b_10": "x", "b": "y"]
                #expect(Data(try JSONText.object(members).utf8) == (try WireJSON.encode(members)))
            }
        }
    }

    @Test func `a repeated request gets the same bytes, whatever became of the run`() async throws {
        let fixture = try await Fixture.make()
        let first = try fresh(
            try await fixture.store.acceptRun(fixture.newRun(), claim: claim(fixture, "k"))
        )
        let id = try WireJSON.decode(RunView.self, from: first.body).id
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)

        let again = try await fixture.store.acceptRun(fixture.newRun(), claim: claim(fixture, "k"))

        #expect(again == .replayed(first))
    }

    @Test func `of a group with one key the first is done and the others get its answer or a refusal`()
        async throws
    {
        let fixture = try await Fixture.make()
        let runs = try [("k", 1), ("other", 1), ("k", 1), ("k", 2)].map { key, fingerprint in
            try AcceptedRun(
                fixture.newRun(),
                claim: claim(fixture, key, fingerprint: fingerprint),
                source: nil,
                texts: fixture.store.runTexts
            )
        }

        let outcomes = try await AcceptedRun.commit(
            runs,
            pool: fixture.database.pool,
            texts: fixture.store.runTexts,
            started: StartedDeliveries(pool: fixture.database.pool, outlet: nil)
        ).map { try $0.get() }

        let first = try fresh(outcomes[0])
        _ = try fresh(outcomes[1])
        #expect(Array(outcomes[2...]) == [.replayed(first), .reused])
        #expect(
            try await fixture.store.runs(tenantId: fixture.tenantId, limit: 10, after: nil).data.count == 2
        )
    }

    @Test func `a key whose first request is under way elsewhere is in use, and other runs go on`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (store, tenantId) = (fixture.store, fixture.tenantId)
        let runs = try ["held", "free"].map { key in
            try AcceptedRun(
                fixture.newRun(),
                claim: claim(fixture, key),
                source: nil,
                texts: store.runTexts
            )
        }
        let other = PostgresPool(fixture.database.connectionString)
        defer { other.close() }
        let name = "\(tenantId) held"
        let lock = try await other.query("SELECT pg_advisory_lock(hashtextextended(\(name), 0)) AS locked")
        #expect(lock.count == 1)

        let outcomes = try await AcceptedRun.commit(
            runs,
            pool: fixture.database.pool,
            texts: store.runTexts,
            started: StartedDeliveries(pool: fixture.database.pool, outlet: nil)
        ).map { try $0.get() }

        #expect(outcomes[0] == .inUse)
        _ = try fresh(outcomes[1])
    }

    @Test func `a kept answer that cannot be read fails its caller alone, and nothing is accepted twice`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (store, pool) = (fixture.store, fixture.database.pool)
        _ = try await store.acceptRun(fixture.newRun(), claim: claim(fixture, "k"))
        try await pool.execute("UPDATE jobs SET stage = 'of a later version' WHERE stage = 'render'")
        let (isOpen, taken) = (Locked(false), Locked(0))
        let accepting = GroupCommit<AcceptedRun, AcceptedRun.Answer>(flushesMax: 1) { runs, _ in
            taken.withLock { $0 += 1 }
            while !isOpen.withLock(\.self) { await Task.yield() }
            return try await AcceptedRun.commit(
                runs,
                pool: pool,
                texts: store.runTexts,
                started: StartedDeliveries(pool: pool, outlet: nil)
            )
        }
        let items = try [nil, nil, claim(fixture, "k")].map { claim in
            try AcceptedRun(fixture.newRun(), claim: claim, source: nil, texts: store.runTexts)
        }

        async let first = accepting.commit(items[0])
        while taken.withLock({ $0 == 0 }) { await Task.yield() }
        async let keyless = accepting.commit(items[1])
        async let kept = accepting.commit(items[2])
        while accepting.waitingCount < 2 { await Task.yield() }
        isOpen.withLock { $0 = true }

        _ = try fresh(try await first.get())
        _ = try fresh(try await keyless.get())
        let answer = try await kept
        #expect(throws: (any Error).self) { try answer.get() }
        #expect(taken.withLock(\.self) == 2)
        #expect(try await pool.query("SELECT id FROM runs").count == 3)
    }

    @Test func `an answer that another route keeps under the key is not given`() async throws {
        let fixture = try await Fixture.make()
        var other = claim(fixture, "k")
        other.route = "POST /v1/webhook-endpoints"
        _ = try await fixture.store.acceptRun(fixture.newRun(), claim: other)

        let outcome = try await fixture.store.acceptRun(fixture.newRun(), claim: claim(fixture, "k"))

        #expect(outcome == .reused)
    }

    @Test func `who subscribes to the start of runs is told what the run looked like`() async throws {
        let fixture = try await Fixture.make()
        for types in [["run.started"], [], ["run.failed"]] {
            _ = try await fixture.store.createEndpoint(
                tenantId: fixture.tenantId,
                url: "https://example.com/hook",
                eventTypes: types,
                description: nil,
                secret: "whsec_x",
                claim: nil
            ) { _ in StoredResponse(status: 201, headers: [:], body: Data()) }
        }

        let id = try await fixture.startRun()

        let pool = fixture.database.pool
        let messages = try await pool.query("SELECT id, event_type, payload FROM messages")
        #expect(messages.count == 1)
        let payload = try messages[0].get("payload", as: SQLBytes.self).bytes
        let text = String(decoding: payload, as: UTF8.self)
        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        var told = view
        told.jobs = nil
        let expected = EventEnvelope(
            type: .runStarted,
            timestamp: view.createdAt,
            data: EventEnvelope.Content(run: told)
        )
        let messageId: String = try messages[0].get("id")
        #expect(text == String(decoding: try expected.payload(messageId: messageId), as: UTF8.self))
        let deliveries = try await pool.query("SELECT id FROM deliveries ORDER BY id")
        let ids = try deliveries.map { try $0.get("id", as: String.self) }
        #expect(ids.count == 2 && ids.allSatisfy { ResourceID.isValid($0, .delivery) })
        #expect(ResourceID.isValid(messageId, .message))
    }

    @Test func `nobody is told where nobody asked`() async throws {
        let fixture = try await Fixture.make()

        _ = try await fixture.startRun()

        #expect(try await fixture.messageTypes().isEmpty)
    }
}
