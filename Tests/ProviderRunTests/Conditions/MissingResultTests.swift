import Contracts
import LoopbackSupport
import Store
import StudioSupport
import Testing

/// Jobs that are done by their provider's word, and whose results are not there.
@Suite(.timeLimit(.minutes(5))) struct MissingResultTests {
    private static let isResult: @Sendable (LoopbackRequest) -> Bool = { request in
        request.method == "GET" && [".mp4", "/transcript"].contains { request.path.hasSuffix($0) }
    }

    private func miss(_ times: Int, at bench: RunBench) {
        for _ in 0..<times {
            bench.fake.service.trouble(.answer(LoopbackAnswer(404)), with: .such(Self.isResult))
        }
    }

    @Test(arguments: FakeSetup.fetched)
    func `a result that lags behind its provider's word is asked for again`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            miss(4, at: bench)
            let runId = try await bench.startRun()
            _ = try await bench.jobs()
            bench.finishJobs()
            let run = try await bench.untilTimeBrings { try await bench.endedNow(runId) }

            try await bench.expectMade(run, by: ["poll"])
            #expect(bench.fake.service.received.count(where: Self.isResult) == 4 + setup.jobCount)
        }
    }

    @Test(arguments: FakeSetup.fetched)
    func `a result that is never there fails the run after a few tries, in words that say so`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            miss(1_000, at: bench)
            let runId = try await bench.startRun()
            let run = try await bench.untilTimeBrings {
                bench.finishJobs()
                return try await bench.endedNow(runId)
            }

            let problem = try await bench.failure(run)
            #expect(problem.slug == "artifact-missing" && problem.detail.contains("status 404"))
            expectAdvice(problem, of: setup)
            // Five tries in each of three attempts.
            let asked = bench.fake.service.received.count(where: Self.isResult)
            #expect(asked == setup.jobCount * 5 * 3)
        }
    }

    @Test(arguments: FakeSetup.fetched)
    func `callbacks do not use up the tries`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            miss(1_000, at: bench)
            _ = try await bench.startRun()
            let ids = try await bench.jobs()
            bench.finishJobs()
            for number in 1...10 {
                for id in ids {
                    let status = try await bench.callBack(id) { $0.grown(to: $0.body.utf8.count + number) }
                    #expect(status == 200)
                }
            }
            // Of those that only have the provider asked, few are kept.
            try await bench.until { try await bench.inbox(.stored).isEmpty ? true : nil }
            let results = try await bench.inbox(.applied).map(\.result)
            #expect(!results.isEmpty && results.allSatisfy { $0 == "progress" })
            #expect(try await bench.tasks().allSatisfy { $0.state == "dispatched" && $0.attempt == 1 })
        }
    }
}
