import Contracts
import Foundation
import Pipeline
import StudioSupport
import Testing
import Threads

extension RunBench {
    /// Lets the jobs of a run be done, and the run end as its service can tell.
    func finish(_ runId: String) async throws {
        if setup.answersAtOnce {
            let run = try await untilTimeBrings { try await endedNow(runId) }
            return try await expectMade(run, by: ["submit"])
        }
        try await timePasses()
        let ids = try await jobs()
        finishJobs()
        if setup.isAsked {
            // Asked again and again, where it does not answer at once.
            let run = try await untilTimeBrings { try await endedNow(runId) }
            return try await expectMade(run, by: ["poll"])
        }
        for id in ids { #expect(try await callBack(id) == 200) }
        try await expectMade(try await ended(runId), by: ["callback"])
    }

    /// Starts a run whose orders the service takes, and nobody hears of it; returns when the gateway knows no more.
    func orderUnheard(_ trouble: FakeService.Trouble) async throws -> String {
        for _ in 0..<setup.jobCount { fake.service.trouble(trouble, with: .order) }
        let runId = try await startRun()
        // An order that can be given twice is soon given again.
        if setup.submission == .idempotent {
            try await until { fake.jobs.all.count == setup.jobCount ? true : nil }
        } else {
            try await tasksAre("submit_unknown")
        }
        #expect(fake.jobs.all.count == setup.jobCount)
        return runId
    }

    /// Lets the service lose a job.
    func lose(_ id: String) {
        switch setup.loss {
        case .removed: fake.jobs.remove(id)
        case .unheard:
            fake.jobs.set(.done, of: id)
            clock.withLock { $0 = Self.time.addingTimeInterval(2 * 3_600) }
        }
    }
}

/// Holds the words of a problem against what somebody needs who reads them: who is at fault, and what helps.
func expectAdvice(
    _ problem: Problem,
    of setup: FakeSetup,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let words = problem.detail
    #expect(words.contains("'\(setup.name)'"), "\(words)", sourceLocation: sourceLocation)
    let helps = ["rerun", "Check ", "choose another"].contains { words.contains($0) }
    #expect(helps, "\(words)", sourceLocation: sourceLocation)
}
