import Artifacts
import Contracts
import Foundation
import Pipeline
import RuntimeSupport
import Store
import StudioSupport
import Testing
import Threads

@testable import Runtime

@Suite struct ReviewRunTests {
    /// The run once it waits for its review; a commit of the runtime ends each look.
    private func waiting(_ harness: Harness, _ runId: String) async throws -> RunView {
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            let run = try #require(try await harness.store.runView(tenantId: harness.tenantId, id: runId))
            if run.review?.state == "waiting" || run.state != "started" { return run }
            await harness.news.wait(atMostMs: 200)
        }
        throw FakeFailure.tooLate
    }

    /// Accepts the plan with only its second moment, cut a little shorter.
    private func edit(_ harness: Harness, _ runId: String) async throws {
        let subject = try #require(try await harness.store.planSubject(tenantId: harness.tenantId, id: runId))
        let record = try #require(subject.artifact(.plan, "plan"))
        let place = try #require(ArtifactLocation(parsing: record.location))
        var plan = try await harness.artifacts.readJSON(Plan.self, from: place, sha256: record.sha256)
        plan.moments = [plan.moments[1]]
        plan.moments[0].rank = 1
        plan.moments[0].endMs -= 100
        let name = ArtifactName("plan")
        let location = try #require(
            ArtifactLocation(
                tenantId: harness.tenantId,
                runId: runId,
                stage: "plan",
                attempt: subject.job.attempt + 1,
                name: name
            )
        )
        let content = try await harness.artifacts.write(json: plan, to: location)
        let edited = NewArtifact(
            name: name,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
        let outcome = try await harness.store.acceptReview(
            tenantId: harness.tenantId,
            runId: runId,
            PlanReview(attempt: subject.job.attempt, planSha256: record.sha256, edited: edited, note: nil)
        )
        guard case .accepted = outcome else { throw FakeFailure.unexpected("\(outcome)") }
        harness.wake.wake()
    }

    @Test func `a gated run makes nothing from its plan before the review, and then the edited clips only`()
        async throws
    {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }

        let run = try await harness.serving {
            let runId = try await harness.startRun(review: .beforeRender)
            let held = try await waiting(harness, runId)
            #expect(held.state == "started" && held.workflow.state == "in_progress")
            #expect(!harness.provider.submitted.contains { $0.kind == .prepareMedia })
            let jobs = try await harness.store.jobs(runId: runId)
            #expect(jobs.filter { $0.state == .pending }.count == 8)
            try await edit(harness, runId)
            return try await harness.ended(runId)
        }

        #expect(run.state == "fully_generated" && run.delivery.rendered == 1)
        #expect(run.review?.state == "accepted" && run.review?.edited == true)
        let outputs = try await harness.store.outputViews(runId: run.id)
        #expect(outputs.map(\.clip) == ["clip-02"])
        let renders = harness.provider.submitted.filter { $0.kind == .render }
        #expect(renders.map { $0.parameters.short?.clip } == ["clip-02"])
        #expect(outputs[0].durationMs == 3_900)
        #expect(try await harness.eventTypes(run.id, "run.review_requested") == 1)
        #expect(try await harness.eventTypes(run.id, "run.reviewed") == 1)
    }

    @Test func `a run that waits can be cancelled`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }

        let run = try await harness.serving {
            let runId = try await harness.startRun(review: .beforeRender)
            _ = try await waiting(harness, runId)
            _ = try await harness.store.cancelRun(tenantId: harness.tenantId, id: runId)
            return try await harness.ended(runId)
        }

        #expect(run.state == "cancelled" && run.review?.state == "waiting")
        #expect(!harness.provider.submitted.contains { $0.kind == .prepareMedia })
    }
}
