import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// Questions to hosted models, counted by all gateways together.
@Suite struct EditorQuestionTests {
    private static let model = "llama"

    private func admit(
        _ fixture: Fixture,
        _ lease: JobLease,
        _ id: String,
        _ limits: ProviderLimits = .none,
        tokens: Int = 100,
        provider: String = model
    ) async throws -> QuestionAdmission {
        try await fixture.store.admitQuestion(
            lease,
            id: id,
            provider: provider,
            limits: limits,
            tokens: tokens
        )
    }

    @Test func `no more questions are under way than a model may have at once`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let lease = try await fixture.claimOne().lease
        let limits = ProviderLimits(concurrency: 2)
        // All at once, as of several gateways.
        let admissions = try await withThrowingTaskGroup(of: QuestionAdmission.self) { group in
            for index in 0..<4 {
                group.addTask { try await admit(fixture, lease, "q\(index)", limits) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(admissions.count { $0 == .admitted } == 2)
        #expect(admissions.count { $0 == .wait(ms: ProviderLimits.fullDelayMs) } == 2)
        #expect(try await admit(fixture, lease, "other", limits, provider: "other") == .admitted)

        // Whichever two were taken: all are settled, and those that were not admitted are unknown.
        for index in 0..<4 { try await fixture.store.settleQuestion(id: "q\(index)", tokens: 1) }
        #expect(try await admit(fixture, lease, "next", limits) == .admitted)
    }

    @Test func `a minute's questions count whether they are answered or not`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let lease = try await fixture.claimOne().lease
        let limits = ProviderLimits(requestsPerMinute: 1)
        #expect(try await admit(fixture, lease, "q1", limits) == .admitted)
        try await fixture.store.settleQuestion(id: "q1", tokens: 5)

        guard case .wait(let ms) = try await admit(fixture, lease, "q2", limits) else {
            Issue.record("the minute's questions are not kept to")
            return
        }
        #expect((1...60_000).contains(ms))
        try await fixture.database.pool.execute(
            "UPDATE editor_questions SET asked_at = now() - interval '61 seconds'"
        )
        #expect(try await admit(fixture, lease, "q2", limits) == .admitted)
    }

    @Test func `who asked and is gone keeps its tokens, and no place`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let lease = try await fixture.claimOne().lease
        let limits = ProviderLimits(concurrency: 1)
        #expect(try await admit(fixture, lease, "q1", limits, tokens: 700) == .admitted)
        #expect(try await admit(fixture, lease, "q2", limits) != .admitted)
        try await fixture.database.pool.execute(
            "UPDATE editor_questions SET asked_at = now() - interval '6 minutes'"
        )
        #expect(try await admit(fixture, lease, "q2", limits, tokens: 10) == .admitted)
        #expect(try await fixture.store.editorTokens(jobId: lease.jobId) == 710)
        // After two days nobody asks for the questions any more; the sum stays.
        try await fixture.database.pool.execute(
            "UPDATE editor_questions SET asked_at = now() - interval '49 hours'"
        )
        #expect(try await admit(fixture, lease, "q3", limits, tokens: 1) == .admitted)
        let rows = try await fixture.database.pool.query("SELECT id FROM editor_questions")
        #expect(try rows.map { try $0.get("id", as: String.self) } == ["q3"])
        #expect(try await fixture.store.editorTokens(jobId: lease.jobId) == 711)
    }

    @Test func `a job's tokens are those of all its attempts, each question counted once`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let first = try await fixture.claimOne().lease
        #expect(try await fixture.store.editorTokens(jobId: first.jobId) == 0)
        // Written down twice, as after a commit whose answer was lost.
        for _ in 0..<2 { #expect(try await admit(fixture, first, "q1", tokens: 900) == .admitted) }
        #expect(try await fixture.store.editorTokens(jobId: first.jobId) == 900)
        for tokens in [300, 5_000] { try await fixture.store.settleQuestion(id: "q1", tokens: tokens) }
        #expect(try await fixture.store.editorTokens(jobId: first.jobId) == 300)

        try await fixture.expireLeases("jobs")
        let second = try await fixture.claimOne().lease
        #expect(second.jobId == first.jobId)
        #expect(try await admit(fixture, second, "q2", tokens: 50) == .admitted)
        #expect(try await fixture.store.editorTokens(jobId: first.jobId) == 350)
    }

    @Test func `who lost the lease asks nothing`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let late = try await fixture.claimOne().lease
        try await fixture.expireLeases("jobs")
        _ = try await fixture.claimOne()
        #expect(try await admit(fixture, late, "q1") == .lost)
        #expect(try await fixture.store.editorTokens(jobId: late.jobId) == 0)
        #expect(try await fixture.store.questions(to: Self.model) == ProviderUse())
    }
}
