import Contracts
import LoopbackSupport
import Store
import StudioSupport
import Testing
import Threads

/// Shorts in two ratios, each of which is a render that is ordered, and paid for, by itself.
@Suite(.timeLimit(.minutes(5))) struct SeveralRatioTests {
    private static let ratios: [AspectRatio] = [.portrait, .square]

    /// The order of the second ratio; of the first one none.
    private static let isSecond: @Sendable (LoopbackRequest) -> Bool = { request in
        let order = String(decoding: request.body, as: UTF8.self)
        return request.method == "POST" && order.contains(AspectRatio.square.slug)
    }

    private func orders(_ bench: RunBench, second: Bool) -> Int {
        bench.fake.service.received.count { $0.method == "POST" && Self.isSecond($0) == second }
    }

    @Test(arguments: FakeSetup.render)
    func `a second ratio that finds no room at first is waited for, and no render is started twice`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            for _ in 0..<setup.jobCount {
                bench.fake.service.trouble(.answer(setup.busy), with: .such(Self.isSecond))
            }
            let runId = try await bench.startRun(aspectRatios: Self.ratios)
            try await bench.tasksAre("dispatched")
            bench.finishJobs()
            let run = try await bench.untilTimeBrings { try await bench.endedNow(runId) }

            #expect(run.state == "fully_generated")
            for output in try await bench.store.outputViews(runId: runId) {
                #expect(output.renditions.map(\.aspectRatio) == Self.ratios && output.qc?.ready == true)
            }
            #expect(bench.fake.jobs.all.count == setup.jobCount * 2)
            #expect(orders(bench, second: false) == setup.jobCount)
            #expect(orders(bench, second: true) == setup.jobCount * 2)
            #expect(bench.pauses.withLock(\.self) == Array(repeating: setup.busyMs, count: setup.jobCount))
        }
    }

    @Test(arguments: FakeSetup.render)
    func `a second ratio that never finds room costs attempts, which come to an end`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            for _ in 0..<1_000 {
                bench.fake.service.trouble(.answer(LoopbackAnswer(429)), with: .such(Self.isSecond))
            }
            let runId = try await bench.startRun(aspectRatios: Self.ratios)
            let run = try await bench.untilTimeBrings { try await bench.endedNow(runId) }

            let problem = try await bench.failure(run)
            #expect(problem.slug == "render-failed" && problem.detail.contains("status 429"))
            #expect(problem.detail.contains("1 of 2 renders"))
            #expect(problem.detail.contains("may have been paid for"))
            expectAdvice(problem, of: setup)
            // Three attempts for each short.
            #expect(orders(bench, second: false) == setup.jobCount * 3)
            #expect(try await bench.tasks().allSatisfy { $0.attempt == 3 })
        }
    }
}
