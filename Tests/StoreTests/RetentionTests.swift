import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct RetentionTests {
    /// A run of one rendered short, with an artifact between and one of the short; ended so many days ago.
    private func endedRun(_ fixture: Fixture, daysAgo days: Int) async throws -> String {
        let (id, tasks) = try await fixture.render(shorts: 1)
        _ = try await fixture.rendered(tasks[0])
        try await fixture.database.pool.execute(
            "UPDATE runs SET finished_at = now() - \(days) * interval '1 day' WHERE id = \(id)"
        )
        return id
    }

    private func removed(_ fixture: Fixture, _ runId: String) async throws -> [String] {
        try await fixture.store.artifacts(runId: runId).filter { $0.removedAt != nil }.map(\.name.description)
    }

    @Test func `what lies between source and shorts goes after its time, renditions never`() async throws {
        let fixture = try await Fixture.make()
        let id = try await endedRun(fixture, daysAgo: 31)
        let store = fixture.store
        #expect(try await store.removeArtifacts(ofRunsEndedDaysAgo: 0, runsMax: 10) == (0, 0))
        #expect(try await store.removeArtifacts(ofRunsEndedDaysAgo: 40, runsMax: 10) == (0, 0))

        #expect(try await store.removeArtifacts(ofRunsEndedDaysAgo: 30, runsMax: 10) == (1, 1))

        #expect(try await removed(fixture, id) == ["composition.json"])
        #expect(try await store.artifacts(runId: id).count == 2)
        #expect(try await store.removeArtifacts(ofRunsEndedDaysAgo: 30, runsMax: 10) == (0, 0))
    }

    @Test func `captions are files of their short and stay with it`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let compose = try await fixture.advance(to: .compose)
        let names = [
            "composition.json", "captions/clip-01.srt", "captions/clip-01.vtt", "captions/clip-02.vtt",
        ]
        let short = Fixture.short(1)
        _ = try await fixture.store.completeCompose(
            compose.lease,
            artifacts: try names.map(Fixture.artifact),
            compositionLocation: "x",
            shorts: [short]
        )
        #expect(
            try await fixture.store.outputs(runId: id).first?.view(links: TestLinks.minter, now: Date())
                .captions == []
        )
        _ = try await fixture.rendered(short.task)

        let output = try #require(try await fixture.store.outputs(runId: id).first)
        let view = output.view(links: TestLinks.minter, now: Date())

        #expect(view.captions.map(\.format) == ["srt", "vtt"])
        #expect(view.captions.allSatisfy { $0.sizeBytes == 10 && $0.url.contains($0.artifactId) })
        try await fixture.database.pool.execute(
            "UPDATE runs SET finished_at = now() - 31 * interval '1 day' WHERE id = \(id)"
        )
        #expect(try await fixture.store.removeArtifacts(ofRunsEndedDaysAgo: 30, runsMax: 10) == (1, 2))
        // Nobody posts captions of a short that was not made.
        #expect(try await removed(fixture, id) == ["captions/clip-02.vtt", "composition.json"])
    }

    @Test func `the file goes an hour after the row, and once`() async throws {
        let fixture = try await Fixture.make()
        _ = try await endedRun(fixture, daysAgo: 31)
        let store = fixture.store
        _ = try await store.removeArtifacts(ofRunsEndedDaysAgo: 30, runsMax: 10)
        let later = Date().addingTimeInterval(Double(Store.copySeconds) + 60)

        #expect(try await store.erasableLocations(limit: 10).isEmpty)
        #expect(try await store.erasableLocations(limit: 10, now: later) == ["x/composition.json"])
        #expect(try await store.unreferenced(["x/composition.json", "x/none"]) == ["x/none"])
        try await store.noteErased(["x/composition.json"])
        #expect(try await store.erasableLocations(limit: 10, now: later).isEmpty)
        #expect(try await store.unreferenced(["x/composition.json"]) == ["x/composition.json"])
    }

    @Test func `what a run that is not over shares is kept for both`() async throws {
        let fixture = try await Fixture.make()
        let parentId = try await endedRun(fixture, daysAgo: 31)
        let job = try await fixture.job(parentId, .compose)
        // The same place, published by a run that is at work.
        let childId = try await fixture.startRun()
        let claimed = try await fixture.claimOne()
        #expect(
            try await fixture.store.completeJob(
                claimed.lease,
                artifacts: [try Fixture.artifact("composition.json")],
                reusedFrom: job.id
            )
        )

        #expect(try await fixture.store.removeArtifacts(ofRunsEndedDaysAgo: 30, runsMax: 10) == (1, 0))
        #expect(try await removed(fixture, parentId).isEmpty)
        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: childId)
        let later = Date().addingTimeInterval(31 * 86_400)
        let gone = try await fixture.store.removeArtifacts(ofRunsEndedDaysAgo: 30, runsMax: 10, now: later)
        #expect(gone == (1, 2))
        #expect(try await removed(fixture, parentId) == ["composition.json"])
        #expect(try await removed(fixture, childId) == ["composition.json"])
    }

    @Test func `a copy that was under way keeps its file`() async throws {
        let fixture = try await Fixture.make()
        let parentId = try await endedRun(fixture, daysAgo: 31)
        _ = try await fixture.startRun()
        let claimed = try await fixture.claimOne()
        _ = try await fixture.store.removeArtifacts(ofRunsEndedDaysAgo: 30, runsMax: 10)
        _ = try await fixture.store.completeJob(
            claimed.lease,
            artifacts: [try Fixture.artifact("composition.json")],
            reusedFrom: try await fixture.job(parentId, .compose).id
        )
        let later = Date().addingTimeInterval(Double(Store.copySeconds) + 60)

        #expect(try await fixture.store.erasableLocations(limit: 10, now: later).isEmpty)
        #expect(try await fixture.store.unreferenced(["x/composition.json"]).isEmpty)
    }
}
