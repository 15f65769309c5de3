import Contracts
import LoopbackSupport
import StudioSupport
import Testing
import Threads

/// Runs whose provider tells of its end as it should, on each way on which that can be.
@Suite(.timeLimit(.minutes(5))) struct TellingTests {
    @Test(arguments: FakeSetup.callingBack)
    func `callbacks alone end a run`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            for id in try await bench.jobs() {
                bench.fake.jobs.set(.done, of: id)
                #expect(try await bench.callBack(id) == 200)
            }
            let run = try await bench.ended(runId)
            try await bench.expectMade(run, by: ["callback"])
            #expect(try await bench.tasks().allSatisfy { $0.polls == 0 })
            #expect(try await bench.applied(setup.jobCount).allSatisfy { $0 == "applied" })
        }
    }

    @Test(arguments: FakeSetup.asked)
    func `polls alone end a run, whatever words its provider has on the way`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            for (polls, state) in [(1, FakeJobState.waiting), (2, .running), (3, .word("tomorrow"))] {
                for id in ids { bench.fake.jobs.set(state, of: id) }
                try await bench.timePasses()
                try await bench.until {
                    try await bench.tasksAre("dispatched").allSatisfy { $0.polls == polls } ? true : nil
                }
            }
            bench.finishJobs()
            try await bench.timePasses()
            let run = try await bench.ended(runId)
            try await bench.expectMade(run, by: ["poll"])
            #expect(try await bench.inbox().isEmpty)
        }
    }

    @Test(arguments: FakeSetup.callingBack.filter(\.isAsked))
    func `a callback and a poll at the same moment end a run once`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            bench.finishJobs()
            async let time: Void = bench.timePasses()
            for id in ids { #expect(try await bench.callBack(id) == 200) }
            try await time
            let run = try await bench.ended(runId)
            try await bench.expectMade(run, by: ["callback", "poll"])
            let results = try await bench.applied(setup.jobCount)
            #expect(results.allSatisfy { ["applied", "already_settled"].contains($0) })
        }
    }

    @Test(arguments: FakeSetup.answeringAtOnce)
    func `the reply to the order ends a run`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let run = try await bench.ended(try await bench.startRun())
            try await bench.expectMade(run, by: ["submit"])
        }
    }

    @Test(arguments: FakeSetup.callingBack)
    func `a callback that comes before the reply to its order ends the run`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let statuses = Locked<[Int?]>([])
            for _ in 0..<setup.jobCount {
                let trouble = FakeService.Trouble.before { reply in
                    let text = String(decoding: reply.body, as: UTF8.self)
                    guard let job = bench.fake.jobs.all.first(where: { text.contains("\"\($0.id)\"") }) else {
                        return
                    }
                    bench.fake.jobs.set(.done, of: job.id)
                    let status = bench.fake.callback(job.id, saying: .done).flatMap(bench.postAndWait)
                    statuses.withLock { $0.append(status) }
                }
                bench.fake.service.trouble(trouble, with: .order)
            }
            let run = try await bench.ended(try await bench.startRun())
            let expected = Array(repeating: setup.answerToNameless, count: setup.jobCount)
            #expect(statuses.withLock(\.self) == expected)
            try await bench.expectMade(run, by: ["callback"])
        }
    }
}
