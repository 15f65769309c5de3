import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct RerunTests {
    /// A rerun from `entry` of all that its parent has completed.
    private func rerun(
        _ fixture: Fixture,
        of parentId: String,
        from entry: Stage,
        style: StylePin? = nil,
        tenantId: String? = nil,
        claim: IdempotencyClaim? = nil,
        changing: (inout [Stage: Int]) -> Void = { _ in }
    ) async throws -> RerunOutcome {
        let kept = RerunPlan.kept(.shortsV1, entries: [entry])
        let jobs = try await fixture.store.jobs(runId: parentId)
        var attached = Dictionary(
            uniqueKeysWithValues: jobs.filter { kept.contains($0.stage) && $0.state == .completed }
                .map { ($0.stage, $0.attempt) }
        )
        changing(&attached)
        let new = NewRerun(
            parentId: parentId,
            tenantId: tenantId ?? fixture.tenantId,
            workflow: .shortsV1,
            attached: attached,
            style: style
        )
        return try await fixture.store.createRerun(new, claim: claim, respond: Fixture.respond)
    }

    private func id(_ outcome: RerunOutcome) throws -> String {
        guard case .accepted(.fresh(let response)) = outcome else { throw FixtureError.unexpected }
        return String(decoding: response.body, as: UTF8.self)
    }

    @Test func `a rerun with a style attaches what does not read the style`() async throws {
        let fixture = try await Fixture.make()
        let (parentId, _) = try await fixture.render(shorts: 1)
        let style = StylePin(package: "brand", version: 2, digest: Fixture.sha256)

        let id = try id(try await rerun(fixture, of: parentId, from: .enhancePlan, style: style))

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.rerunOf == parentId && view.style == style)
        let pending = view.jobs?.filter { $0.state == "pending" }.map(\.number)
        #expect(pending == ["05", "09", "11", "12"])
        #expect(view.jobs?.first?.reusedFrom != nil)
        let next = try await fixture.claimOne()
        #expect(next.job.stage == .enhancePlan && next.run.id == id)
    }

    @Test func `a rerun shows the artifacts that it attached`() async throws {
        let fixture = try await Fixture.make()
        let parentId = try await fixture.startRun()
        let job = try await fixture.claimOne()
        let artifact = try Fixture.artifact("media.mp4")
        _ = try await fixture.store.completeJob(job.lease, artifacts: [artifact], fingerprint: "f1")

        let id = try id(try await rerun(fixture, of: parentId, from: .transcribe))

        let artifacts = try await fixture.store.artifacts(runId: id)
        #expect(artifacts.map(\.name.description) == ["media.mp4"])
        #expect(artifacts[0].location == "x/media.mp4" && artifacts[0].runId == id)
        let other = try await fixture.store.createTenant(name: "other")
        #expect(
            try await rerun(fixture, of: parentId, from: .transcribe, tenantId: other) == .notFound
        )
    }

    @Test func `a parent that changed since it was verified is not attached`() async throws {
        let fixture = try await Fixture.make()
        let (parentId, _) = try await fixture.render(shorts: 1)

        let older = try await rerun(fixture, of: parentId, from: .compose) { $0[.plan] = 7 }
        #expect(older == .changed(.plan))
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: parentId)
        let other = try await fixture.startRun()
        let job = try await fixture.claimOne()
        let artifact = try Fixture.artifact("media.mp4")
        _ = try await fixture.store.completeJob(job.lease, artifacts: [artifact])
        try await fixture.database.pool.execute("UPDATE artifacts SET removed_at = now()")

        #expect(try await rerun(fixture, of: other, from: .transcribe) == .changed(.transcode))
        #expect(
            try await fixture.store.runs(tenantId: fixture.tenantId, limit: 10, after: nil).data.count == 2
        )
    }

    @Test func `an idempotency key makes one rerun, and its answer is known before any check`() async throws {
        let fixture = try await Fixture.make()
        let parentId = try await fixture.startRun()
        let claim = IdempotencyClaim(
            tenantId: fixture.tenantId,
            key: "again",
            route: "POST /v1/runs/x/rerun",
            fingerprint: [1]
        )
        #expect(try await fixture.store.knownAnswer(claim) == nil)

        let first = try id(try await rerun(fixture, of: parentId, from: .transcode, claim: claim))

        guard
            case .accepted(.replayed(let again)) =
                try await rerun(fixture, of: parentId, from: .transcode, claim: claim)
        else { throw FixtureError.unexpected }
        #expect(String(decoding: again.body, as: UTF8.self) == first)
        #expect(try await fixture.store.knownAnswer(claim) == .replayed(again))
    }

    @Test func `each changed option is read by the stages that say so`() {
        var changed = Fixture.options
        #expect(changed.stagesReading(changesFrom: Fixture.options).isEmpty)
        changed.language = "de"
        #expect(changed.stagesReading(changesFrom: Fixture.options) == [.transcribe])
        changed = Fixture.options
        changed.shorts.aspectRatios = [.square]
        changed.providers.vision = "other"
        #expect(changed.stagesReading(changesFrom: Fixture.options) == [.framing, .compose])
    }
}
