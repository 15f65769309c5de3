import Contracts
import StudioSupport
import Testing

/// Callbacks that come more than once, and such as contradict each other or their provider.
@Suite(.timeLimit(.minutes(5))) struct RepeatedCallbackTests {
    private static let refusal = FakeJobState.failed("the recording is no good")

    @Test(arguments: FakeSetup.callingBack)
    func `a callback that comes a hundred times at once is one, and another end after it changes nothing`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            bench.finishJobs()
            for id in ids {
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<100 { group.addTask { try await bench.callBack(id) } }
                    return try await group.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(statuses.allSatisfy { $0 == 200 })
            }
            let run = try await bench.ended(runId)
            try await bench.expectMade(run, by: ["callback"])
            // One more, when all is over.
            for id in ids { #expect(try await bench.callBack(id) == 200) }
            #expect(try await bench.applied(setup.jobCount).allSatisfy { $0 == "applied" })

            let asked = bench.fake.service.received.count
            for id in ids { #expect(try await bench.callBack(id, saying: Self.refusal) == 200) }
            let results = try await bench.applied(setup.jobCount * 2)
            #expect(results.count { $0 == "already_settled" } == setup.jobCount)
            try await bench.expectMade(try await bench.ended(runId), by: ["callback"])
            #expect(bench.fake.service.received.count == asked)
        }
    }

    @Test(arguments: FakeSetup.callingBack.filter { !$0.bringsResult })
    func `a callback of a failure counts for nothing where its provider, when asked, has the result`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            bench.finishJobs()
            for id in ids { #expect(try await bench.callBack(id, saying: Self.refusal) == 200) }
            let run = try await bench.ended(runId)
            try await bench.expectMade(run, by: ["callback"])
        }
    }

    @Test(arguments: FakeSetup.callingBack.filter { !$0.bringsResult })
    func `a callback of a success counts for nothing where its provider, when asked, has failed`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            for id in try await bench.jobs() {
                bench.fake.jobs.set(Self.refusal, of: id)
                #expect(try await bench.callBack(id) == 200)
            }
            let problem = try await bench.failure(try await bench.ended(runId))
            #expect(problem.detail.contains("the recording is no good"))
            expectAdvice(problem, of: setup)
            #expect(try await bench.tasks().allSatisfy { $0.settledBy == "callback" })
        }
    }

    @Test(arguments: FakeSetup.callingBack.filter(\.bringsResult))
    func `the first of two whole ends in callbacks is the provider's word`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            for id in ids { #expect(try await bench.callBack(id, saying: Self.refusal) == 200) }
            let problem = try await bench.failure(try await bench.ended(runId))
            #expect(problem.detail.contains("the recording is no good"))
            expectAdvice(problem, of: setup)

            for id in ids { #expect(try await bench.callBack(id) == 200) }
            #expect(try await bench.applied(setup.jobCount * 2).contains("already_settled"))
            #expect(try await bench.ended(runId).state == "failed")
        }
    }
}
