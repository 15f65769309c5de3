import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct RenderingTests {
    /// The claimed render tasks of two runs with one short each.
    private func pair(_ fixture: Fixture) async throws -> (ClaimedTask, ClaimedTask) {
        _ = try await fixture.render(shorts: 1)
        _ = try await fixture.render(shorts: 1)
        let tasks = try await fixture.store.claimDueTasks(limit: 10, leaseSeconds: 30)
        return (try #require(tasks.first), try #require(tasks.last))
    }

    private func begin(
        _ fixture: Fixture,
        _ task: ClaimedTask,
        isShared: Bool = true,
        of fingerprint: String = "f1"
    ) async throws -> Store.Rendering {
        try await fixture.store.beginRendering(
            task.lease,
            outputId: try #require(task.output?.id),
            tenantId: fixture.tenantId,
            fingerprint: fingerprint,
            isShared: isShared
        )
    }

    @Test func `one renders, the other waits until it has ended`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        let holder = try #require(one.output?.id)

        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, two) == .waiting(on: holder))
        #expect(try await begin(fixture, two) == .waiting(on: holder))
        #expect(try await fixture.eventTypes(two.run.id).count { $0 == "output.waiting" } == 1)

        let problem = Problem(.renderFailed, detail: "no", retryable: false)
        _ = try await fixture.store.settleTask(
            taskId: one.task.id,
            attempt: 1,
            outcome: .failed(problem, isRetryable: false)
        )
        #expect(try await begin(fixture, two) == .begun)
        #expect(try await begin(fixture, one) == .lost)
    }

    @Test func `two whose fingerprints change places do not wait for each other`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        let holder = try #require(two.output?.id)
        #expect(try await begin(fixture, one, of: "f1") == .begun)
        #expect(try await begin(fixture, two, of: "f2") == .begun)

        #expect(try await begin(fixture, one, of: "f2") == .waiting(on: holder))
        #expect(try await begin(fixture, one, of: "f2") == .waiting(on: holder))
        #expect(try await begin(fixture, two, of: "f1") == .begun)

        #expect(try await begin(fixture, one, of: "f2") == .begun)
        #expect(try await fixture.eventTypes(one.run.id).count { $0 == "output.waiting" } == 1)
    }

    @Test func `who shares nothing is no obstacle to anybody`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)

        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, two, isShared: false) == .begun)
    }

    @Test func `a cancelled run gives the right to render away`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        #expect(try await begin(fixture, one) == .begun)

        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: one.run.id)

        #expect(try await begin(fixture, two) == .begun)
    }

    @Test func `a short that ended neither waits nor renders`() async throws {
        let fixture = try await Fixture.make()
        let (_, tasks) = try await fixture.render(shorts: 2)
        _ = try await fixture.render(shorts: 2)
        // As it is when the end comes while they render or wait.
        try await fixture.database.pool.execute("UPDATE outputs SET computing = id, waits_on = 'out_x'")
        let claimed = try await fixture.store.claimDueTasks(limit: 10, leaseSeconds: 30)
        let others = claimed.filter { claimed in !tasks.contains { $0.id == claimed.task.id } }
        let problem = Problem(.renderFailed, detail: "no", retryable: false)

        // One renders, one fails, one is told of by a callback, and a cancel ends the last.
        #expect(try await fixture.rendered(tasks[0]) == .applied)
        _ = try await fixture.store.settleTask(
            taskId: tasks[1].id,
            attempt: 1,
            outcome: .failed(problem, isRetryable: false)
        )
        let last = try #require(others.first)
        #expect(try await fixture.store.taskDispatched(last.lease, externalId: "x1", nextPollMs: 60_000))
        let receipt = try await fixture.store.receive(
            NewCallback(
                provider: "worker",
                address: .external(id: "x1"),
                messageId: "m1",
                headersJSON: "{}",
                body: Data(),
                bodySha256: "",
                read: { taskId, _ in
                    .report(TaskReport(taskId: taskId, attempt: 1, state: .completed, progress: 1))
                }
            )
        )
        #expect(receipt == .applied(.applied, givesWork: false))
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: last.run.id)

        let left = try await fixture.database.pool.query(
            "SELECT state FROM outputs WHERE computing IS NOT NULL OR waits_on IS NOT NULL"
        )
        #expect(left.isEmpty)
        let ended = try await fixture.database.pool.query("SELECT state FROM outputs ORDER BY state")
        #expect(
            try ended.map { try $0.get("state", as: String.self) } == [
                "failed", "failed", "rendered", "rendered",
            ]
        )
    }

    @Test func `a rendered short is found within its tenant and attached once`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        #expect(try await begin(fixture, one) == .begun)
        let name = ArtifactName("rendition", clip: "clip-01", variant: "9x16", fileExtension: "mp4")
        let rendition = NewRendition(
            aspectRatio: .portrait,
            artifactName: name,
            thumbnailName: nil,
            width: 1_080,
            height: 1_920,
            durationMs: 30_000
        )
        _ = try await fixture.store.settleTask(
            taskId: one.task.id,
            attempt: 1,
            outcome: .completed(
                artifacts: [try Fixture.artifact(name.description)],
                renditions: [rendition]
            )
        )
        let store = fixture.store
        let found = try #require(
            try await store.reusableOutput(tenantId: fixture.tenantId, fingerprint: "f1")
        )
        #expect(found.output.id == one.output?.id && found.artifacts.map(\.name) == [name])
        #expect(try await store.reusableOutput(tenantId: "ten_x", fingerprint: "f1") == nil)

        func attach() async throws -> Bool {
            try await store.attachOutput(
                two.lease,
                from: found.output,
                artifacts: found.artifacts.map(NewArtifact.init(copying:)),
                renditions: [rendition],
                qc: nil,
                warnings: []
            )
        }
        #expect(try await attach())
        #expect(try await !attach())

        #expect(try await fixture.state(two.run.id) == .fullyGenerated)
        let output = try #require(try await store.outputs(runId: two.run.id).first)
        #expect(output.state == .rendered && output.reusedFrom == one.output?.id)
        #expect(output.renditions.map(\.sha256) == [Fixture.sha256])
        let types = try await fixture.eventTypes(two.run.id)
        #expect(
            types.suffix(4) == ["output.reused", "output.rendered", "job.completed", "delivery.completed"]
        )
        #expect(try await store.task(id: two.task.id)?.state == .completed)
    }

    @Test func `a removed rendition is no source`() async throws {
        let fixture = try await Fixture.make()
        let (_, tasks) = try await fixture.render(shorts: 1)
        _ = try await fixture.rendered(tasks[0])
        try await fixture.database.pool.execute("UPDATE outputs SET fingerprint = 'f1'")
        let store = fixture.store
        #expect(try await store.reusableOutput(tenantId: fixture.tenantId, fingerprint: "f1") != nil)

        try await fixture.database.pool.execute("UPDATE artifacts SET removed_at = now()")

        #expect(try await store.reusableOutput(tenantId: fixture.tenantId, fingerprint: "f1") == nil)
    }
}
