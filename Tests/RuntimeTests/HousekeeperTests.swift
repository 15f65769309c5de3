import Artifacts
import Contracts
import Foundation
import Logging
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

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

    @Test func `after its time a run keeps its renditions, and a stage says what it lacks`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        try await harness.database.pool.execute("UPDATE runs SET finished_at = now() - interval '31 days'")

        await keeper(harness).tidy()
        let marked = try await harness.store.artifacts(runId: run.id)
        #expect(marked.allSatisfy { ($0.removedAt == nil) == ($0.stage == .render) })
        try await harness.database.pool.execute(
            "UPDATE artifacts SET removed_at = removed_at - interval '2 hours' WHERE removed_at IS NOT NULL"
        )
        await keeper(harness).tidy()

        for artifact in marked {
            #expect(try await exists(harness, artifact) == (artifact.stage == .render), "\(artifact.name)")
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
}
