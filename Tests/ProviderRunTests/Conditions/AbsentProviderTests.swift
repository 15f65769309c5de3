import Contracts
import Foundation
import LoopbackSupport
import StudioSupport
import Testing
import Threads

/// Providers that are down, busy, or answer with what nobody can read.
@Suite(.timeLimit(.minutes(5))) struct AbsentProviderTests {
    @Test(arguments: FakeSetup.asking)
    func `a provider that is down is given the work once when it is back, and asked until it answers`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup, isDown: true) { bench in
            let runId = try await bench.startRun()
            let problems = try await bench.untilTimeBrings {
                let tasks = try await bench.tasks()
                let areTried = tasks.count == setup.jobCount && tasks.allSatisfy { $0.dispatches >= 2 }
                return areTried ? tasks.compactMap(\.problem) : nil
            }
            #expect(problems.count == setup.jobCount)
            #expect(problems.allSatisfy { $0.slug == "provider-unreachable" })
            #expect(problems.allSatisfy { $0.detail.contains("'\(setup.name)'") })

            bench.fake.service.comeUp()
            let away = LoopbackAnswer(503, body: "<html>Service unavailable</html>")
            for _ in 0..<setup.jobCount where setup.isAsked {
                bench.fake.service.trouble(.answer(away), .hangUp, .garbledReply("<html>"), with: .question)
            }
            try await bench.finish(runId)
        }
    }

    @Test(arguments: FakeSetup.asking)
    func `a provider that stays down fails the run in words that say whose fault it is and what helps`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup, isDown: true) { bench in
            let runId = try await bench.startRun()
            let run = try await bench.untilTimeBrings {
                try await bench.triesRunOut()
                return try await bench.endedNow(runId)
            }
            let problem = try await bench.failure(run)
            #expect(problem.slug == "provider-unreachable")
            expectAdvice(problem, of: setup)
        }
    }

    @Test(arguments: FakeSetup.asking)
    func `a provider that takes no orders now, and then no questions, is left alone for as long as it says`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            for _ in 0..<setup.jobCount {
                bench.fake.service.trouble(.answer(setup.busy), with: .order)
            }
            let runId = try await bench.startRun()
            if setup.waitsItself {
                try await bench.until { bench.pauses.withLock(\.self).isEmpty ? nil : true }
                #expect(bench.pauses.withLock(\.self) == [setup.busyMs])
            } else {
                let tasks = try await bench.until {
                    let tasks = try await bench.tasksAre("minted")
                    return tasks.allSatisfy { $0.nextMs > 0 } ? tasks : nil
                }
                for task in tasks {
                    #expect((setup.busyMs - 3_000...setup.busyMs).contains(task.nextMs), "\(task.nextMs) ms")
                    // It was no try that failed.
                    #expect(task.dispatches == 0)
                }
                #expect(bench.fake.jobs.all.isEmpty)
            }
            if setup.isAsked { try await askInVain(bench) }
            try await bench.finish(runId)
        }
    }

    /// Lets the provider take the orders, and want to be left alone for 100 seconds when it is asked about them.
    private func askInVain(_ bench: RunBench) async throws {
        try await bench.timePasses()
        _ = try await bench.jobs()
        let busy = LoopbackAnswer(429, headers: [("retry-after", "100")])
        for _ in 0..<bench.setup.jobCount { bench.fake.service.trouble(.answer(busy), with: .question) }
        try await bench.timePasses()
        try await bench.until {
            let tasks = try await bench.tasksAre("dispatched")
            return tasks.allSatisfy { (90_000...100_000).contains($0.nextMs) } ? true : nil
        }
    }

    @Test(arguments: FakeSetup.asking)
    func `a key that is wrong fails the run at once, in words that say so`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            for _ in 0..<setup.jobCount * setup.keysMax {
                bench.fake.service.trouble(.answer(LoopbackAnswer(401, body: "no such key")), with: .order)
            }
            let run = try await bench.ended(try await bench.startRun())
            let problem = try await bench.failure(run)
            #expect(problem.slug == "provider-refused" && problem.detail.contains("401"))
            #expect(problem.detail.contains("key"))
            expectAdvice(problem, of: setup)
            #expect(bench.fake.jobs.all.isEmpty)
        }
    }
}
