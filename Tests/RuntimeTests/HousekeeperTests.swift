import Artifacts
import Contracts
import Foundation
import Logging
import Pipeline
import Postgres
import Store
import TestSupport
import Testing
import Threads

@testable import Runtime

@Suite struct HousekeeperTests {
    private func keeper(_ harness: Harness, now: Date = Date()) -> Housekeeper {
        Housekeeper(
            store: harness.store,
            artifacts: harness.artifacts,
            policy: RetentionPolicy(),
            logger: Logger(label: "housekeeper") { _ in SwiftLogNoOpLogHandler() },
            now: { now }
        )
    }

    private func exists(_ harness: Harness, _ artifact: ArtifactRecord) async throws -> Bool {
        try await harness.artifacts.exists(try #require(ArtifactLocation(parsing: artifact.location)))
    }

    /// What somebody posts.
    private func stays(_ artifact: ArtifactRecord) -> Bool {
        artifact.stage == .render || artifact.name.kind == "captions"
    }

    @Test func `after its time a run keeps its renditions and captions, and a stage says what it lacks`()
        async throws
    {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        try await harness.database.pool.execute("UPDATE runs SET finished_at = now() - interval '31 days'")

        await keeper(harness).tidy()
        let marked = try await harness.store.artifacts(runId: run.id)
        #expect(marked.contains { $0.name.kind == "captions" })
        #expect(marked.allSatisfy { ($0.removedAt == nil) == stays($0) })
        try await harness.database.pool.execute(
            "UPDATE artifacts SET removed_at = removed_at - interval '2 hours' WHERE removed_at IS NOT NULL"
        )
        await keeper(harness).tidy()

        for artifact in marked {
            #expect(try await exists(harness, artifact) == stays(artifact), "\(artifact.name)")
        }
        #expect(throws: Problem.self) { try RunArtifacts(marked).record(.plan) }
        do {
            _ = try RunArtifacts(marked).clips(.clipMedia)
        } catch {
            #expect(error.slug == "artifact-removed" && error.retryable == false)
        }
        #expect(
            try await harness.store.resetJob(
                tenantId: harness.tenantId,
                runId: run.id,
                stage: .compose,
                workflow: .shortsV1
            ) != .reset
        )
    }

    @Test func `a file without a record goes after a day, one with a record stays`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let leftover = try #require(
            ArtifactLocation(parsing: "\(harness.tenantId)/\(run.id)/plan/7/plan.json")
        )
        try await harness.artifacts.write(Array("{}".utf8), to: leftover)

        await keeper(harness).tidy()
        #expect(try await harness.artifacts.exists(leftover))
        await keeper(harness, now: Date().addingTimeInterval(90_000)).tidy()

        #expect(try await !harness.artifacts.exists(leftover))
        for artifact in try await harness.store.artifacts(runId: run.id) {
            #expect(try await exists(harness, artifact), "\(artifact.name)")
        }
    }

    /// Old messages with an ended delivery each, to an endpoint that is made with them.
    private func addMessages(
        _ harness: Harness,
        _ count: Int,
        endpointId: String,
        isDeleted: Bool
    ) async throws {
        let pool = harness.database.pool
        try await pool.execute(
            """
            INSERT INTO endpoints (id, tenant_id, url, event_types, secret, state, deleted_at)
            VALUES (\(endpointId), \(harness.tenantId), 'https://a.test', '{}', 'whsec_x', 'paused',
                CASE WHEN \(isDeleted) THEN now() END)
            """
        )
        try await pool.execute(
            """
            INSERT INTO messages (id, tenant_id, event_type, payload, created_at)
            SELECT 'msg_00' || \(endpointId) || n, \(harness.tenantId), 'run.failed', '{}',
                now() - interval '60 days'
            FROM generate_series(1, \(count)) AS numbers (n)
            """
        )
        try await pool.execute(
            """
            INSERT INTO deliveries (id, message_id, endpoint_id, state, next_attempt_at, finished_at)
            SELECT 'dlv_' || \(endpointId) || n, 'msg_00' || \(endpointId) || n, \(endpointId), 'delivered', NULL,
                CASE WHEN n <= 10 THEN now() ELSE now() - interval '60 days' END
            FROM generate_series(1, \(count)) AS numbers (n)
            """
        )
    }

    private func count(_ harness: Harness, _ table: String) async throws -> Int {
        try await harness.database.pool.query("SELECT count(*) AS n FROM \(unescaped: table)")[0].get("n")
    }

    @Test func `one pass takes as many steps as there are to remove what a deleted endpoint has left`()
        async throws
    {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        try await addMessages(
            harness,
            Housekeeper.deletedPerStepMax * 2 + 1,
            endpointId: "ep_gone",
            isDeleted: true
        )

        try await keeper(harness).removeDeletedEndpoints()

        #expect(try await count(harness, "deliveries") == 0)
        #expect(try await count(harness, "endpoints") == 0)
    }

    @Test func `one pass removes the old messages, and keeps those of which something has ended since`()
        async throws
    {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        try await addMessages(
            harness,
            Housekeeper.messagesPerStepMax * 2 + 1,
            endpointId: "ep_a",
            isDeleted: false
        )

        let keeper = keeper(harness)
        await keeper.tidy()

        #expect(try await count(harness, "messages") == 10)
        #expect(try await count(harness, "deliveries") == 10)
        #expect(keeper.messagesMark.withLock(\.self) == nil)
    }

    @Test func `what was begun and never ended goes after a day, what is under way stays`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let underWay = try await harness.artifacts.stagingFile()
        let folder = URL(filePath: underWay.path).deletingLastPathComponent()
        let leftovers = [(hours: 25, name: "old"), (hours: 23, name: "young")]
        for leftover in leftovers {
            let path = folder.appending(path: leftover.name).path
            try Data([1]).write(to: URL(filePath: path))
            let age = TimeInterval(leftover.hours * 3_600)
            try FileManager.default.setAttributes(
                [.modificationDate: Date().addingTimeInterval(-age)],
                ofItemAtPath: path
            )
        }

        await keeper(harness).tidy()

        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(left) == ["young", URL(filePath: underWay.path).lastPathComponent])
    }
}
