import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct ReviewStoreTests {
    private static let editedSha256 = String(repeating: "b", count: 64)

    /// A run whose plan is there and waits for its review.
    private func waitingRun(_ fixture: Fixture) async throws -> String {
        let id = try await fixture.startRun(review: .beforeRender)
        let plan = try await fixture.advance(to: .plan)
        let artifact = try Fixture.artifact("plan.json")
        #expect(try await fixture.store.completeJob(plan.lease, artifacts: [artifact], fingerprint: "f-plan"))
        return id
    }

    private func review(edited: Bool = false, note: String? = nil) throws -> PlanReview {
        var artifact = try Fixture.artifact("plan.json")
        artifact.sha256 = Self.editedSha256
        return PlanReview(
            attempt: 1,
            planSha256: Fixture.sha256,
            edited: edited ? artifact : nil,
            note: note
        )
    }

    private func accept(_ fixture: Fixture, _ id: String, _ review: PlanReview) async throws -> ReviewOutcome
    {
        try await fixture.store.acceptReview(tenantId: fixture.tenantId, runId: id, review)
    }

    private func ready(_ fixture: Fixture) async throws -> [Stage] {
        try await fixture.store.claimJobs(limit: 10, leaseSeconds: Fixture.leaseSeconds).map(\.job.stage)
    }

    @Test func `a gated run holds what needs its plan, and says so once`() async throws {
        let fixture = try await Fixture.make()

        let id = try await waitingRun(fixture)

        #expect(try await ready(fixture) == [])
        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.state == "started" && view.workflow.state == "in_progress")
        #expect(view.review?.state == "waiting" && view.review?.reviewedAt == nil)
        #expect(try await fixture.messageTypes().count { $0 == "run.review_requested" } == 1)
        let events = try await fixture.eventTypes(id)
        #expect(events.suffix(2) == ["job.completed", "run.review_requested"])
    }

    @Test func `an ungated run asks nobody`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let plan = try await fixture.advance(to: .plan)
        #expect(try await fixture.store.completeJob(plan.lease, artifacts: []))

        #expect(try await Set(ready(fixture)) == [.enhancePlan, .prepareMedia])
        #expect(try await fixture.store.runView(tenantId: fixture.tenantId, id: id)?.review == nil)
        let refused = try await accept(fixture, id, try review())
        #expect(refused == .notWaiting(ReviewStanding(runState: .started, reviewState: nil)))
    }

    @Test func `accepting the plan as it is lets the run go on`() async throws {
        let fixture = try await Fixture.make()
        let id = try await waitingRun(fixture)

        guard case .accepted(let view) = try await accept(fixture, id, try review(note: "fine")) else {
            throw FixtureError.unexpected
        }

        #expect(view.review?.state == "accepted" && view.review?.edited == false)
        #expect(view.review?.note == "fine" && view.review?.reviewedAt != nil)
        #expect(try await Set(ready(fixture)) == [.enhancePlan, .prepareMedia])
        let plan = try await fixture.job(id, .plan)
        #expect(plan.attempt == 1 && plan.fingerprint == "f-plan")
        #expect(try await fixture.eventTypes(id).contains("run.reviewed"))
    }

    @Test func `an edited plan takes the place of the stage's, and is no match for anybody else's`()
        async throws
    {
        let fixture = try await Fixture.make()
        let id = try await waitingRun(fixture)

        guard case .accepted = try await accept(fixture, id, try review(edited: true)) else {
            throw FixtureError.unexpected
        }

        let plan = try await fixture.job(id, .plan)
        #expect(plan.state == .completed && plan.attempt == 2 && plan.fingerprint == nil)
        let artifacts = try await fixture.store.artifacts(runId: id)
        #expect(artifacts.filter { $0.stage == .plan }.map(\.sha256) == [Self.editedSha256])
        let reusable = try await fixture.store.reusableJob(
            tenantId: fixture.tenantId,
            stage: .plan,
            fingerprint: "f-plan"
        )
        #expect(reusable == nil)
    }

    @Test func `of many reviews at once one is taken`() async throws {
        let fixture = try await Fixture.make()
        let id = try await waitingRun(fixture)

        let outcomes = try await withThrowingTaskGroup(of: ReviewOutcome.self) { group in
            for index in 0..<8 {
                let review = try review(edited: index % 2 == 0, note: "reviewer \(index)")
                group.addTask { try await accept(fixture, id, review) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        let accepted = outcomes.count { if case .accepted = $0 { true } else { false } }
        let late = ReviewStanding(runState: .started, reviewState: "accepted")
        #expect(accepted == 1)
        #expect(outcomes.count { $0 == .notWaiting(late) } == 7)
        #expect(try await fixture.eventTypes(id).count { $0 == "run.reviewed" } == 1)
    }

    @Test func `a review of another plan, of another tenant's run or of an ended run changes nothing`()
        async throws
    {
        let fixture = try await Fixture.make()
        let id = try await waitingRun(fixture)
        let stranger = try await fixture.store.createTenant(name: "stranger")

        var stale = try review(edited: true)
        stale.planSha256 = Self.editedSha256
        #expect(try await accept(fixture, id, stale) == .planChanged)
        stale = try review(edited: true)
        stale.attempt = 2
        #expect(try await accept(fixture, id, stale) == .planChanged)
        let foreign = try await fixture.store.acceptReview(tenantId: stranger, runId: id, try review())
        #expect(foreign == .notFound)
        #expect(try await fixture.store.planSubject(tenantId: stranger, id: id) == nil)

        let cancelled = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)
        #expect(cancelled?.state == "cancelled")
        let ended = ReviewStanding(runState: .cancelled, reviewState: "waiting")
        #expect(try await accept(fixture, id, try review()) == .notWaiting(ended))
        #expect(try await ready(fixture) == [])
        #expect(try await !fixture.eventTypes(id).contains("run.reviewed"))
    }

    @Test func `a reset of the plan asks for a review again`() async throws {
        let fixture = try await Fixture.make()
        let id = try await waitingRun(fixture)
        _ = try await accept(fixture, id, try review(edited: true, note: "first"))

        let outcome = try await fixture.store.resetJob(
            tenantId: fixture.tenantId,
            runId: id,
            stage: .plan,
            workflow: .shortsV1
        )
        #expect(outcome == .reset)
        let plan = try await fixture.claimOne()
        #expect(plan.job.stage == .plan && plan.job.attempt == 4)
        #expect(try await fixture.store.completeJob(plan.lease, artifacts: []))

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.review?.state == "waiting" && view.review?.note == nil && view.review?.edited == nil)
        #expect(try await ready(fixture) == [])
    }

    @Test func `a rerun of a reviewed run keeps the plan and does not wait again`() async throws {
        let fixture = try await Fixture.make()
        let parentId = try await waitingRun(fixture)
        _ = try await accept(fixture, parentId, try review(edited: true, note: "shorter"))

        let id = try await rerun(fixture, parentId, from: .enhancePlan)

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.review?.state == "accepted" && view.review?.note == "shorter")
        let artifacts = try await fixture.store.artifacts(runId: id)
        #expect(artifacts.filter { $0.stage == .plan }.map(\.sha256) == [Self.editedSha256])
        #expect(try await fixture.job(id, .plan).fingerprint == nil)
        let claimed = try await fixture.store.claimJobs(limit: 10, leaseSeconds: Fixture.leaseSeconds)
        #expect(claimed.contains { $0.run.id == id && $0.job.stage == .enhancePlan })
    }

    @Test func `a rerun of a run that was never reviewed waits`() async throws {
        let fixture = try await Fixture.make()
        let parentId = try await waitingRun(fixture)
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: parentId)

        let id = try await rerun(fixture, parentId, from: .enhancePlan)

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.review?.state == "waiting")
        #expect(try await ready(fixture) == [])
        #expect(try await fixture.eventTypes(id).contains("run.review_requested"))
    }

    private func rerun(_ fixture: Fixture, _ parentId: String, from stage: Stage) async throws -> String {
        let kept = Set(Workflow.shortsV1.stages.map(\.stage)).subtracting(
            Workflow.shortsV1.subtree(of: stage)
        )
        let attached = try await fixture.store.jobs(runId: parentId)
            .filter { kept.contains($0.stage) && $0.state == .completed }
            .reduce(into: [Stage: Int]()) { $0[$1.stage] = $1.attempt }
        let new = NewRerun(
            parentId: parentId,
            tenantId: fixture.tenantId,
            workflow: .shortsV1,
            attached: attached
        )
        let outcome = try await fixture.store.createRerun(new, claim: nil, respond: Fixture.respond)
        guard case .accepted(.fresh(let response)) = outcome else { throw FixtureError.unexpected }
        return String(decoding: response.body, as: UTF8.self)
    }
}
