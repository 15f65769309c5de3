import Artifacts
import Contracts
import Pipeline
import Postgres
import RuntimeSupport
import Store
import StudioSupport
import TestSupport
import Testing
import Threads

@testable import Runtime

/// Shorts that are rendered from the same.
@Suite struct RenderReuseTests {
    @Test func `a second run of a source ends without a render`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let first = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        let second = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(second.state == "fully_generated" && second.delivery.rendered == 2)
        #expect(harness.dispatches()[.render] == 2)
        let sources = try await harness.store.outputViews(runId: first.id)
        for (output, source) in zip(try await harness.store.outputViews(runId: second.id), sources) {
            #expect(output.reusedFrom == source.id && source.reusedFrom == nil)
            #expect(output.qc == source.qc && output.warnings == source.warnings)
            #expect(output.renditions.map(\.sha256) == source.renditions.map(\.sha256))
            #expect(output.renditions.map(\.artifactId) != source.renditions.map(\.artifactId))
        }
        let published = try await harness.store.artifacts(runId: second.id).filter { $0.stage == .render }
        #expect(published.count == 14)
        #expect(try await harness.eventTypes(second.id, "output.reused") == 2)
        #expect(try await harness.eventTypes(second.id, "output.rendered") == 2)
        #expect(try await harness.eventTypes(second.id, "delivery.completed") == 1)
    }

    @Test func `other ratios keep all but compose and the renders`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        let second = try await harness.serving {
            try await harness.ended(try await harness.startRun(ratios: [.landscape]))
        }

        #expect(second.state == "fully_generated")
        #expect(harness.dispatches().allSatisfy { $0.value == ($0.key == .render ? 4 : 1) })
        let computed = try await harness.store.jobs(runId: second.id).filter { $0.reusedFrom == nil }
        #expect(computed.map(\.stage) == [.compose, .render])
    }

    @Test func `a rendition that does not verify is rendered anew, and the short says why`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let first = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let broken = try #require(
            try await harness.store.artifacts(runId: first.id).first {
                $0.name.description == "rendition/clip-01.9x16.mp4"
            }
        )
        let location = try #require(ArtifactLocation(parsing: broken.location))
        try await harness.artifacts.delete(location)

        let second = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(second.state == "fully_generated")
        #expect(harness.dispatches()[.render] == 3)
        let outputs = try await harness.store.outputs(runId: second.id)
        #expect(outputs.map { $0.reusedFrom == nil } == [true, false])
        #expect(outputs[0].warnings.contains { $0.code == "reuse-refused" })
        #expect(outputs[1].warnings.allSatisfy { $0.code != "reuse-refused" })
    }

    @Test func `a short under another number is the same short`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let first = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let pool = harness.database.pool
        try await pool.execute("DROP TRIGGER artifacts_fixed ON artifacts")
        try await pool.execute("UPDATE outputs SET clip = 'clip-09' WHERE clip = 'clip-01'")
        try await pool.execute(
            "UPDATE artifacts SET name = replace(name, 'clip-01', 'clip-09') WHERE stage = 'render'"
        )

        let second = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(harness.dispatches()[.render] == 2)
        let output = try #require(
            try await harness.store.outputViews(runId: second.id).first { $0.clip == "clip-01" }
        )
        #expect(output.reusedFrom != nil && output.qc?.clip == "clip-01" && output.renditions.count == 2)
        let artifacts = try await harness.store.artifacts(runId: second.id)
            .filter { $0.stage == .render && $0.name.clip == "clip-01" }
        #expect(artifacts.count == 7)
        for artifact in artifacts {
            let isReport = artifact.name.fileExtension == "json"
            #expect(artifact.location.contains(isReport ? second.id : first.id))
            guard isReport, artifact.name.kind == "rendition" else { continue }
            let location = try #require(ArtifactLocation(parsing: artifact.location))
            let report = try await harness.artifacts.readJSON(
                Rendition.self,
                from: location,
                sha256: artifact.sha256
            )
            #expect(report.clip == "clip-01")
        }
    }

    @Test func `who finds a short being rendered waits, and renders itself when that fails`() async throws {
        let harness = try await Harness { task, dispatches in
            task.kind == .render && dispatches < 2 ? .keepRunning : .work(callbacks: 1)
        }
        let problem = Problem(.renderFailed, detail: "no such font", retryable: false)

        let (first, second) = try await harness.serving {
            let first = try await harness.startRun()
            await harness.provider.waitForTask(.render)
            let second = try await harness.startRun()
            let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
            while try await harness.eventTypes(second, "output.waiting") < 2 {
                try #require(ContinuousClock.now < deadline)
                await harness.news.wait(atMostMs: 20)
            }
            #expect(harness.dispatches()[.render] == 2)
            let studio = FakeStudio(store: harness.store, artifacts: harness.artifacts)
            for task in harness.provider.submitted where task.kind == .render {
                var report = TaskReport(
                    taskId: task.taskId,
                    attempt: task.attempt,
                    state: .failed,
                    progress: 0,
                    error: problem
                )
                if task.parameters.short?.clip == "clip-01" { report = try await studio.work(task) }
                try await harness.provider.callBack(report, task)
            }
            return (try await harness.ended(first), try await harness.ended(second))
        }

        #expect(first.delivery.state == "partially_failed" && second.state == "fully_generated")
        #expect(harness.dispatches()[.render] == 3)
        let outputs = try await harness.store.outputs(runId: second.id)
        #expect(outputs.map { $0.reusedFrom != nil } == [true, false])
        #expect(try await harness.eventTypes(second.id, "output.waiting") == 2)
    }

    @Test func `resetting the render renders every short again`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let id = try await harness.serving { try await harness.ended(try await harness.startRun()).id }

        let outcome = try await harness.store.resetJob(
            tenantId: harness.tenantId,
            runId: id,
            stage: .render,
            workflow: .shortsV1
        )
        let run = try await harness.serving { try await harness.ended(id) }

        #expect(outcome == .reset && run.state == "fully_generated")
        #expect(harness.dispatches()[.render] == 4)
        #expect(try await harness.store.outputs(runId: id).allSatisfy { $0.reusedFrom == nil })
    }

    @Test func `a short depends on what is seen and heard, not on how it is numbered`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let task = try #require(harness.provider.submitted.first { $0.kind == .render })
        let short = try #require(task.parameters.short)
        func print(
            _ short: Composition.Short,
            _ inputs: [ProviderTask.Input]? = nil,
            by who: String = "w/1"
        )
            throws -> String
        {
            try RenderFingerprint.make(short, inputs: inputs ?? task.inputs, identity: who)
        }
        func changed(_ change: (inout Composition.Short) -> Void) throws -> Bool {
            var other = short
            change(&other)
            return try print(other) != print(short)
        }
        let silent = Warning(code: "silent-clip", detail: "hush", clip: "clip-01")

        #expect(try !changed { $0.clip = "clip-07" })
        #expect(try !changed { $0.title = "Another" })
        #expect(try !changed { $0.sourceRangesMs = [] })
        #expect(try changed { $0.durationMs += 1 })
        #expect(try changed { $0.leadMs += 1 })
        #expect(try changed { $0.audio.gainDb += 1 })
        #expect(try changed { $0.captions = [] })
        #expect(try changed { $0.captionStyle.sizeShare += 0.01 })
        #expect(try changed { $0.images = [] })
        #expect(try changed { $0.canvases.removeLast() })
        #expect(try changed { $0.warnings.append(silent) })
        #expect(try print(short, by: "w/2") != print(short))
        var inputs = task.inputs
        inputs[0].sha256 = String(repeating: "b", count: 64)
        #expect(try print(short, inputs) != print(short))
        var renamed = task.inputs
        for index in renamed.indices {
            renamed[index].name = renamed[index].name.replacing("clip-01", with: "clip-07")
            renamed[index].url = "elsewhere"
        }
        #expect(try print(short, renamed) == print(short))
    }
}
