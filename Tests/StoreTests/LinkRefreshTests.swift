import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite struct LinkRefreshTests {
    private struct Told {
        let event: EventEnvelope
        let bytes: Int
    }

    /// Renders a run of two shorts for an endpoint and returns what it was told.
    ///
    /// `prepare` is called before the shorts are rendered.
    private func told(
        _ fixture: Fixture,
        prepare: () async throws -> Void = {}
    ) async throws -> [EventType: Told] {
        _ = try await fixture.store.createEndpoint(
            tenantId: fixture.tenantId,
            url: "https://hooks.example.com/",
            eventTypes: [],
            description: nil,
            secret: "whsec_x",
            claim: nil
        ) { _ in StoredResponse(status: 201, headers: [:], body: Data()) }
        let (_, tasks) = try await fixture.render(shorts: 2)
        try await prepare()
        for (index, task) in tasks.enumerated() {
            #expect(try await fixture.rendered(task, clip: "clip-0\(index + 1)") == .applied)
        }
        let rows = try await fixture.database.pool.query("SELECT payload FROM messages ORDER BY id")
        var told: [EventType: Told] = [:]
        for row in rows {
            let data = Data(try row.get("payload", as: SQLBytes.self).bytes)
            let event = try WireJSON.decode(EventEnvelope.self, from: data)
            told[event.type] = Told(event: event, bytes: data.count)
        }
        return told
    }

    /// The last part of a link's path, or the one before it.
    private func id(in link: String?, before suffix: String = "") throws -> String {
        let path = try #require(link)
        try #require(path.hasSuffix(suffix))
        return String(try #require(path.dropLast(suffix.count).split(separator: "/").last))
    }

    @Test func `a link to a file that has expired is had anew where the event says`() async throws {
        let brief = try await Fixture.make(links: TestLinks.expired)
        let lasting = Store(pool: brief.database.pool, links: TestLinks.minter)

        let told = try await told(brief)

        let one = try #require(told[.outputRendered]).event
        let all = try #require(told[.deliveryCompleted]).event
        let expired = try #require(one.data.output?.renditions.first).expiresAt
        #expect(expired <= one.timestamp)
        let outputId = try id(in: one.data.links?.output)
        let output = try #require(try await lasting.outputView(tenantId: brief.tenantId, id: outputId))
        let fresh = try #require(output.renditions.first)
        #expect(
            fresh.expiresAt > one.timestamp && fresh.artifactId == one.data.output?.renditions[0].artifactId
        )
        let runId = try id(in: all.data.links?.outputs, before: "/outputs")
        let outputs = try await lasting.outputViews(runId: runId)
        #expect(outputs.map(\.id) == all.data.outputs?.map(\.id))
        #expect(outputs.allSatisfy { $0.renditions.allSatisfy { $0.expiresAt > all.timestamp } })
        #expect(try id(in: all.data.links?.run) == runId)
    }

    @Test func `what is too large to send is thin, and all of it is where the event says`() async throws {
        let fixture = try await Fixture.make()
        let reason = String(repeating: "x", count: EventEnvelope.payloadBytesMax)

        let told = try await told(fixture) {
            try await fixture.database.pool.execute(
                "UPDATE outputs SET details = jsonb_set(details, '{reason}', to_jsonb(\(reason)::text)) WHERE ordinal = 1"
            )
        }

        let all = try #require(told[.deliveryCompleted])
        #expect(all.event.thin == true && all.event.data.outputs == nil && all.event.data.run != nil)
        #expect(told.values.allSatisfy { $0.bytes <= EventEnvelope.payloadBytesMax })
        #expect(told[.runAnalysisCompleted]?.event.thin == nil)
        let runId = try id(in: all.event.data.links?.outputs, before: "/outputs")
        let outputs = try await fixture.store.outputViews(runId: runId)
        #expect(outputs.count == 2 && outputs.contains { $0.reason == reason })
        // The type says nothing of which short was told last; the small one is whole.
        let rows = try await fixture.database.pool.query(
            "SELECT payload FROM messages WHERE event_type = 'output.rendered' ORDER BY octet_length(payload)"
        )
        let events = try rows.map { row in
            try WireJSON.decode(
                EventEnvelope.self,
                from: Data(try row.get("payload", as: SQLBytes.self).bytes)
            )
        }
        #expect(events.map { $0.thin ?? false }.sorted { !$0 && $1 } == [false, true])
        let thin = try #require(events.first { $0.thin == true })
        #expect(thin.data.output == nil && thin.data.run != nil)
        let outputId = try id(in: thin.data.links?.output)
        #expect(
            try await fixture.store.outputView(tenantId: fixture.tenantId, id: outputId)?.reason == reason
        )
    }
}
