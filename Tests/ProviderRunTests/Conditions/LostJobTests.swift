import Contracts
import Pipeline
import Providers
import StudioSupport
import Testing

/// Orders whose reply is lost or cannot be read, and jobs that their provider loses.
@Suite(.timeLimit(.minutes(5))) struct LostJobTests {
    @Test(arguments: FakeSetup.naming)
    func `an order whose reply is lost is found again by its callback, and not paid twice`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.orderUnheard(.lostReply)
            bench.finishJobs()
            for job in bench.fake.jobs.all {
                #expect([200, setup.answerToNameless].contains(try await bench.callBack(job.id)))
            }
            guard setup.sharesAddress else {
                // Meanwhile the order may have been given again.
                let ways: Set<String> = setup.answersAgain ? ["callback", "submit"] : ["callback"]
                return try await bench.expectMade(try await bench.ended(runId), by: ways)
            }
            // Its order is given again, which is the same job, and with the reply comes the name.
            let run = try await bench.untilTimeBrings { try await bench.endedNow(runId) }
            try await bench.expectMade(run, by: ["callback", "poll"])
        }
    }

    @Test(arguments: FakeSetup.callingBack.filter { $0.proof == .address })
    func `a callback that only its address vouches for gives a task no job, whichever it names`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.orderUnheard(.lostReply)
            bench.finishJobs()
            let ids = bench.fake.jobs.all.map(\.id)
            // Each comes to the address of one task, and names the job of another.
            for (id, other) in zip(ids, ids.reversed()) {
                let body = try #require(bench.fake.callback(other, saying: .done)).body
                #expect(try await bench.callBack(id) { $0.with(body: body) } == 200)
            }
            try await bench.signalsWait(ids.count)
            let tasks = try await bench.tasksAre("submit_unknown")
            #expect(tasks.allSatisfy { $0.externalId == nil })

            try await bench.timePasses()
            try await bench.tasksAre("dispatched", attempt: 2)
            bench.finishJobs()
            let run = try await bench.untilTimeBrings { try await bench.endedNow(runId) }
            let orders = setup.jobCount * 2
            try await bench.expectMade(run, by: ["callback", "poll"], attempt: 2, orders: orders)
        }
    }

    @Test(arguments: FakeSetup.givenJobs.filter { $0.isFindable }, Unheard.allCases)
    func `an order whose reply is lost is looked for, and not paid twice`(
        setup: FakeSetup,
        how: Unheard
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.orderUnheard(how.trouble)
            bench.finishJobs()
            if setup.bringsResult, !setup.answersAgain {
                try await bench.timePasses()
                for id in try await bench.jobs() { #expect(try await bench.callBack(id) == 200) }
                try await bench.expectMade(try await bench.ended(runId), by: ["callback"])
            } else {
                let run = try await bench.untilTimeBrings { try await bench.endedNow(runId) }
                try await bench.expectMade(run, by: setup.answersAgain ? ["submit", "poll"] : ["poll"])
            }
        }
    }

    @Test(arguments: FakeSetup.all.filter { !$0.isFindable && !$0.waitsItself }, Unheard.allCases)
    func `an order whose reply is lost, that nobody can look for, is given out once more`(
        setup: FakeSetup,
        how: Unheard
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.orderUnheard(how.trouble)
            try await bench.timePasses()
            if !setup.answersAtOnce {
                try await bench.tasksAre("dispatched", attempt: 2)
                bench.finishJobs()
            }
            let run = try await bench.untilTimeBrings { try await bench.endedNow(runId) }
            try await bench.expectMade(
                run,
                by: [setup.answersAtOnce ? "submit" : "poll"],
                attempt: 2,
                orders: setup.jobCount * 2
            )
        }
    }

    @Test(arguments: FakeSetup.all.filter(\.waitsItself))
    func `a request without a job behind it, whose reply is lost, is sent again`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            bench.fake.service.trouble(.lostReply, with: .order)
            let run = try await bench.ended(try await bench.startRun())
            try await bench.expectMade(run, by: ["submit"], orders: 2)
        }
    }

    @Test(arguments: FakeSetup.givenJobs)
    func `a job that its provider has no more is given out anew`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            for id in try await bench.jobs() { bench.lose(id) }
            try await bench.timePasses()
            let ids = try await bench.jobs(attempt: 2)
            bench.finishJobs()
            let way = setup.isAsked ? "poll" : "callback"
            if setup.isAsked {
                try await bench.timePasses()
            } else {
                for id in ids { #expect(try await bench.callBack(id) == 200) }
            }
            let orders = setup.loss == .removed ? setup.jobCount : setup.jobCount * 2
            try await bench.expectMade(
                try await bench.ended(runId),
                by: [way],
                attempt: 2,
                orders: orders
            )
        }
    }

    @Test(arguments: FakeSetup.givenJobs.filter { $0.proof != nil })
    func `what is called back about a job that was given up changes nothing`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            let late = try ids.flatMap { id in
                [FakeJobState.failed("the recording is no good"), .done].map { state in (id, state) }
            }.map { id, state in try #require(bench.fake.callback(id, saying: state)) }
            // The new job has no name yet, so that the old one's could be taken for it.
            for _ in ids { bench.fake.service.trouble(.answer(setup.busy), with: .order) }
            for id in ids { bench.lose(id) }
            try await bench.timePasses()
            try await bench.until {
                let tasks = try await bench.tasksAre("minted", attempt: 2)
                return tasks.allSatisfy { $0.nextMs > setup.busyMs / 2 } ? true : nil
            }
            for callback in late {
                #expect([200, setup.answerToNameless].contains(try await bench.post(callback)))
            }
            if !setup.sharesAddress {
                #expect(try await bench.applied(late.count).allSatisfy { $0 == "stale_attempt" })
            }
            let tasks = try await bench.tasksAre("minted", attempt: 2)
            #expect(tasks.allSatisfy { $0.externalId == nil && $0.problem?.slug == "provider-lost-task" })

            try await bench.timePasses()
            let names = try await bench.jobs(attempt: 2)
            bench.finishJobs()
            for id in names { #expect(try await bench.callBack(id) == 200) }
            #expect(try await bench.ended(runId).state == "fully_generated")
            #expect(try await bench.ends(runId) == RunBench.Ends(well: setup.jobCount))
        }
    }

    @Test(arguments: FakeSetup.givenJobs)
    func `a provider that loses every job fails the run in words that say so`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let run = try await bench.untilTimeBrings {
                for job in bench.fake.jobs.all { bench.lose(job.id) }
                return try await bench.endedNow(runId)
            }
            let problem = try await bench.failure(run)
            #expect(problem.slug == "provider-lost-task")
            expectAdvice(problem, of: setup)
            let attempts = try await bench.tasks().map(\.attempt)
            #expect(attempts.allSatisfy { $0 > bench.provider.submission.lossesMax })
        }
    }

    @Test(arguments: FakeSetup.givenJobs)
    func `a job that never ends fails the run when its time is up`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let run = try await bench.untilTimeBrings {
                try await bench.deadlinesPass()
                return try await bench.endedNow(runId)
            }
            let problem = try await bench.failure(run)
            #expect(problem.slug == "deadline-exceeded")
            expectAdvice(problem, of: setup)
        }
    }
}

/// How a reply to an order goes unheard.
enum Unheard: String, Sendable, CaseIterable {
    case lost
    case garbled

    var trouble: FakeService.Trouble {
        switch self {
        case .lost: .lostReply
        case .garbled: .garbledReply("<html>Bad gateway</html>")
        }
    }
}
