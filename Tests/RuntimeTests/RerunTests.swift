import Contracts
import Foundation
import Pipeline
import Providers
import RuntimeSupport
import Signatures
import Store
import Styles
import Testing
import Threads

@testable import Runtime

@Suite struct RerunTests {
    @Test func `another style redoes 05, 09, 11 and 12 only`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let style = try await Self.anotherStyle(harness)

        let (parent, run, submitted) = try await harness.serving {
            let parent = try await harness.ended(try await harness.startRun())
            let before = harness.provider.submitted.count
            let id = try await Self.rerun(harness, of: parent.id, from: .enhancePlan, style: style)
            let run = try await harness.ended(id)
            return (parent, run, Array(harness.provider.submitted.dropFirst(before)))
        }

        #expect(run.state == "fully_generated" && run.rerunOf == parent.id)
        #expect(submitted.map(\.kind) == [.render, .render])
        let jobs = try await harness.store.jobs(runId: run.id)
        let parents = try await harness.store.jobs(runId: parent.id)
        let attached = jobs.filter { $0.reusedFrom != nil }
        #expect(
            attached.map(\.stage) == [
                .transcode, .transcribe, .segment, .plan, .prepareMedia, .framing, .audioPlan,
                .prepareFinalize,
            ]
        )
        for job in attached {
            #expect(job.reusedFrom == parents.first { $0.stage == job.stage }?.id)
        }
        let started = try await harness.store.events(runId: run.id, afterSequence: 0, limit: 1_000)
            .filter { $0.type == "job.started" }.compactMap(\.stage)
        #expect(started == ["enhance-plan", "enhance-build", "compose", "render"])
    }

    @Test func `a rerun from render renders every short again`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let parent = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        let run = try await harness.serving {
            let id = try await Self.rerun(harness, of: parent.id, from: .render, afresh: [.compose, .render])
            return try await harness.ended(id)
        }

        #expect(run.state == "fully_generated")
        #expect(harness.dispatches().allSatisfy { $0.value == ($0.key == .render ? 4 : 1) })
        #expect(try await harness.store.outputs(runId: run.id).allSatisfy { $0.reusedFrom == nil })
    }

    @Test func `a reset tells the provider to stop, and what still comes of it changes nothing`() async throws
    {
        let harness = try await Harness { task, dispatches in
            task.kind == .framing && dispatches == 0 ? .keepRunning : .work(callbacks: 1)
        }
        let runId = try await harness.startRun()

        let (run, stale) = try await harness.serving {
            await harness.provider.waitForTask(.framing)
            let task = try #require(harness.provider.submitted.first { $0.kind == .framing })
            while try await harness.store.task(id: task.taskId)?.state != .dispatched {
                await harness.news.wait(atMostMs: 20)
            }
            let outcome = try await harness.store.resetJob(
                tenantId: harness.tenantId,
                runId: runId,
                stage: .prepareMedia,
                workflow: .shortsV1
            )
            #expect(outcome == .reset)
            harness.wake.wake()
            while !harness.provider.cancelled.contains(task.taskId) {
                await harness.news.wait(atMostMs: 20)
            }
            let late = TaskReport(
                taskId: task.taskId,
                attempt: task.attempt,
                state: .failed,
                progress: 1,
                error: Problem(.stageFailed, detail: "told to stop", retryable: false)
            )
            try await harness.provider.callBack(late, task, messageId: "cb_late")
            return (try await harness.ended(runId), task)
        }

        #expect(run.state == "fully_generated" && run.error == nil)
        #expect(try await harness.store.task(id: stale.taskId)?.state == .abandoned)
        #expect(harness.provider.submitted.count { $0.kind == .prepareMedia } == 2)
        #expect(harness.provider.submitted.count { $0.kind == .transcribe } == 1)
        let framing = try await harness.store.jobs(runId: runId).first { $0.stage == .framing }
        #expect(framing?.attempt ?? 0 > 1)
    }

    @Test func `options count as changed for just the stages whose fingerprint they change`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let runId = try await harness.startRun()
        let before = try #require(try await harness.store.run(tenantId: harness.tenantId, id: runId))
        let configuration = RuntimeConfiguration(gatewayURL: "http://127.0.0.1:1")
        let range = TimeRange(startMs: 0, endMs: 9_000)
        let changes: [@Sendable (inout RunOptions) -> Void] = [
            { $0.language = "de" }, { $0.shorts.targetCount = 9 }, { $0.shorts.maxCount = 9 },
            { $0.shorts.minDurationMs = 9_000 }, { $0.shorts.maxDurationMs = 90_000 },
            { $0.shorts.keywords = ["launch"] }, { $0.shorts.rangeMs = range },
            { $0.shorts.excludeRangesMs = [range] }, { $0.shorts.aspectRatios = [.landscape] },
        ]

        for change in changes {
            var options = before.options
            change(&options)
            let id = try await Self.rerun(harness, of: runId, from: .transcode, options: options)
            let after = try #require(try await harness.store.run(tenantId: harness.tenantId, id: id))
            let differing = try Stage.allCases.filter { stage in
                try StageReads.options(of: stage, run: before, configuration: configuration)
                    != StageReads.options(of: stage, run: after, configuration: configuration)
            }
            let told = RerunPlan.kept(.shortsV1, entries: options.stagesReading(changesFrom: before.options))
            let needed = RerunPlan.kept(.shortsV1, entries: Set(differing))
            #expect(!differing.isEmpty && told == needed, "\(options)")
        }
    }

    /// A version of the harness's style with larger captions.
    private static func anotherStyle(_ harness: Harness) async throws -> StylePin {
        let standard = try BuiltInStyle.standard()
        var document = standard.document
        document.captions.sizeShare += 0.01
        let json = try WireJSON.encode(document)
        let version = try await harness.store.publishBuiltInStyle(
            package: standard.package,
            document: document,
            documentJSON: json,
            digest: SHA256Digest.hex([UInt8](json))
        )
        return StylePin(package: version.package, version: version.version, digest: version.digest)
    }

    /// Accepts a rerun that attaches all that does not depend on `entry`.
    private static func rerun(
        _ harness: Harness,
        of parentId: String,
        from entry: Stage,
        style: StylePin? = nil,
        options: RunOptions? = nil,
        afresh: Set<Stage> = []
    ) async throws -> String {
        let kept = RerunPlan.kept(.shortsV1, entries: [entry])
        let jobs = try await harness.store.jobs(runId: parentId).filter { kept.contains($0.stage) }
        let new = NewRerun(
            parentId: parentId,
            tenantId: harness.tenantId,
            workflow: .shortsV1,
            attached: Dictionary(uniqueKeysWithValues: jobs.map { ($0.stage, $0.attempt) }),
            style: style ?? harness.pin,
            options: options,
            afresh: afresh
        )
        let outcome = try await harness.store.createRerun(new, claim: nil) { run in
            StoredResponse(status: 202, headers: [:], body: Data(run.id.utf8))
        }
        guard case .accepted(.fresh(let response)) = outcome else {
            throw FakeFailure.unexpected("\(outcome)")
        }
        harness.wake.wake()
        return String(decoding: response.body, as: UTF8.self)
    }
}
