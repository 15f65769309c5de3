import Artifacts
import Contracts
import Pipeline
import Postgres
import Store
import StudioSupport
import TestSupport
import Testing

@testable import Runtime

/// What a run takes over from runs that have ended.
@Suite struct StageReuseTests {
    @Test func `a second run of a source attaches every stage and asks no provider`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let first = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let dispatched = harness.provider.submitted.count

        let second = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(second.state == "fully_generated")
        #expect(harness.provider.submitted.count == dispatched)
        let sources = try await harness.store.jobs(runId: first.id)
        for (job, source) in zip(try await harness.store.jobs(runId: second.id), sources)
        where job.stage != .render {
            #expect(job.reusedFrom == source.id && job.fingerprint == source.fingerprint)
            #expect(job.usage == nil && job.warnings == source.warnings && job.provider == source.provider)
        }
        let log = try await harness.store.events(runId: second.id, afterSequence: 0, limit: 1_000)
        let reused = log.filter { $0.type == "job.reused" }
        #expect(Set(reused.compactMap(\.relatedId)) == Set(sources.prefix(11).map(\.id)))
        #expect(reused.count == 11)
        #expect(log.count { $0.type == "job.completed" } == 12)
        #expect(try await harness.store.outputViews(runId: second.id).count == 2)
    }

    @Test func `a reused transcode tells the facts of the source`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        try await harness.database.pool.execute("UPDATE assets SET media = NULL")

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.source.durationMs == FakeResults.durationMs)
    }

    @Test func `what does not verify is not used, and the run says why`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let first = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        for artifact in try await harness.store.artifacts(runId: first.id) {
            let location = try #require(ArtifactLocation(parsing: artifact.location))
            switch artifact.name.description {
            case "media.mp4": try await harness.artifacts.write(Array("not really MEDIA".utf8), to: location)
            case "segments.json": try await harness.artifacts.delete(location)
            default: break
            }
        }

        let second = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(second.state == "fully_generated")
        let counts = harness.dispatches()
        #expect(counts[.transcode] == 2 && counts[.segment] == 2)
        #expect(counts[.transcribe] == 1 && counts[.framing] == 1)
        let transcode = try await harness.job(second.id, .transcode)
        let source = try await harness.job(first.id, .transcode).id
        #expect(transcode.reusedFrom == nil)
        #expect(transcode.warnings.map(\.code) == ["reuse-refused"])
        #expect(transcode.warnings.first?.detail.contains(source) == true)
        #expect(second.warnings.count { $0.code == "reuse-refused" } == 2)

        let third = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(try await harness.job(third.id, .transcode).reusedFrom == transcode.id)
        #expect(third.warnings.allSatisfy { $0.code != "reuse-refused" })
    }

    @Test func `what breaks its contract by now is not used`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let first = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let plan = try #require(
            try await harness.store.artifacts(runId: first.id).first { $0.name == .plan }
        )
        let location = try #require(ArtifactLocation(parsing: plan.location))
        let content = try await harness.artifacts.write(Array("{}".utf8), to: location)
        let pool = harness.database.pool
        try await pool.execute("DROP TRIGGER artifacts_fixed ON artifacts")
        try await pool.execute(
            """
            UPDATE artifacts
            SET sha256 = \(content.sha256), size_bytes = \(Int(content.sizeBytes))
            WHERE id = \(plan.id)
            """
        )

        let second = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(second.state == "fully_generated")
        #expect(try await harness.job(second.id, .plan).warnings.map(\.code) == ["reuse-refused"])
    }

    @Test func `removed artifacts do not count`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        try await harness.database.pool.execute(
            "UPDATE artifacts SET removed_at = now() WHERE stage = 'segment'"
        )

        let second = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(harness.dispatches()[.segment] == 2)
        #expect(harness.dispatches()[.transcribe] == 1)
        #expect(second.warnings.allSatisfy { $0.code != "reuse-refused" })
    }

    @Test func `another tenant never sees it`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let other = try await harness.store.createTenant(name: "other")

        let run = try await harness.serving {
            try await harness.ended(try await harness.startRun(tenant: other), tenant: other)
        }

        #expect(run.state == "fully_generated")
        #expect(harness.dispatches().allSatisfy { $0.value == ($0.key == .render ? 4 : 2) })
        #expect(try await harness.store.jobs(runId: run.id).allSatisfy { $0.reusedFrom == nil })
    }

    @Test
    func `a stage that is reset is computed again, and what depends on it is attached where it is equal`()
        async throws
    {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let id = try await harness.serving { try await harness.ended(try await harness.startRun()).id }
        let before = harness.dispatches()

        let outcome = try await harness.store.resetJob(
            tenantId: harness.tenantId,
            runId: id,
            stage: .segment,
            workflow: .shortsV1
        )
        let run = try await harness.serving { try await harness.ended(id) }

        #expect(outcome == .reset && run.state == "fully_generated")
        let after = harness.dispatches()
        #expect(after[.segment] == 2)
        #expect(after.filter { $0.key != .segment } == before.filter { $0.key != .segment })
        #expect(try await harness.job(id, .segment).reusedFrom == nil)
        #expect(try await harness.job(id, .plan).reusedFrom != nil)
    }

    @Test func `a run with reuse off does all itself, and is a source for others`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        let off = try await harness.serving {
            try await harness.ended(try await harness.startRun(reuse: false))
        }

        #expect(off.state == "fully_generated" && !off.options.reuse)
        #expect(harness.dispatches().allSatisfy { $0.value == ($0.key == .render ? 4 : 2) })
        #expect(try await harness.eventTypes(off.id, "job.reused") == 0)

        let third = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        let source = try await harness.job(off.id, .transcribe).id
        #expect(try await harness.job(third.id, .transcribe).reusedFrom == source)
    }
}
