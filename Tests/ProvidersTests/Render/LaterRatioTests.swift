import Contracts
import Foundation
import LoopbackSupport
import Signatures
import Testing
import Threads

@testable import Providers

/// Renders of a task that are to be started when others of it have been.
@Suite struct LaterRatioTests {
    enum Service: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case remotion, shotstack, creatomate

        var testDescription: String { rawValue }

        /// It has a way to stop a render.
        var stops: Bool { self != .shotstack }
    }

    /// One service that is given a task in three ratios, and what came of it.
    private struct Course {
        var result: SubmitResult
        /// Starts that were taken, and all that were asked for.
        var starts: Int
        var asked: Int
        var stopped: [String]
        var pauses: [Int]
    }

    /// `answers` are those to the starts, the first one first; nil for the usual one.
    private func course(
        _ service: Service,
        _ answers: [LoopbackAnswer?],
        isStopped: Bool = false
    ) async throws -> Course {
        let pauses = Locked<[Int]>([])
        let pause: @Sendable (Int) async throws -> Void = { milliseconds in
            pauses.withLock { $0.append(milliseconds) }
            guard isStopped else { return }
            withUnsafeCurrentTask { $0?.cancel() }
            try Task.checkCancellation()
        }
        let task = try RenderBench.task()
        let isStart: (LoopbackRequest) -> Bool = { $0.method == "POST" }
        if service == .remotion {
            let fake = try FakeRemotion()
            defer { fake.server.stop() }
            fake.change { $0.startAnswers = answers }
            let provider = fake.provider(pause: pause)
            let result = await Task { await provider.submit(task, callbackSecret: RenderBench.secret) }.value
            return Course(
                result: result,
                starts: fake.starts.count,
                asked: fake.server.received.count(where: isStart),
                stopped: fake.cancelled.map { String($0.dropFirst("7-days-".count)) },
                pauses: pauses.withLock(\.self)
            )
        }
        let fake = service == .shotstack ? try FakeRenderer.shotstack() : try FakeRenderer.creatomate()
        defer { fake.server.stop() }
        fake.change { $0.startAnswers = answers }
        let provider = provider(service, fake, pause)
        let result = await Task { await provider.submit(task, callbackSecret: RenderBench.secret) }.value
        return Course(
            result: result,
            starts: fake.starts.count,
            asked: fake.server.received.count(where: isStart),
            stopped: fake.deleted,
            pauses: pauses.withLock(\.self)
        )
    }

    private func provider(
        _ service: Service,
        _ fake: FakeRenderer,
        _ pause: @escaping @Sendable (Int) async throws -> Void
    ) -> any Provider {
        let key = Secret(FakeRenderer.key)
        if service == .shotstack {
            return ShotstackProvider(
                settings: ShotstackSettings(
                    key: key,
                    baseURL: fake.server.url,
                    fonts: ["Inter": "https://fonts.example/Inter.ttf"],
                    concessions: [.gain]
                ),
                client: RenderBench.client,
                meter: ProviderMeter(),
                pause: pause
            )
        }
        return CreatomateProvider(
            settings: CreatomateSettings(
                key: key,
                baseURL: fake.server.url,
                concessions: [.gain, .emphasis]
            ),
            client: RenderBench.client,
            meter: ProviderMeter(),
            pause: pause
        )
    }

    private func busy(seconds: Int) -> LoopbackAnswer {
        LoopbackAnswer(429, headers: [("retry-after", "\(seconds)")])
    }

    @Test(arguments: Service.allCases)
    func `a later one that finds no room is waited for, and nothing is started twice`(
        service: Service
    ) async throws {
        let course = try await course(service, [nil, busy(seconds: 7), nil, LoopbackAnswer(503)])

        #expect(course.result.word == "accepted")
        #expect(course.starts == 3 && course.asked == 5 && course.stopped.isEmpty)
        #expect(course.pauses == [7_000, 2_000])
    }

    @Test(arguments: Service.allCases)
    func `the first one is not waited for`(service: Service) async throws {
        let busy = try await course(service, [busy(seconds: 7)])
        #expect(busy.result == .busy(retryAfterMs: 7_000) && busy.pauses.isEmpty && busy.asked == 1)
        let away = try await course(service, [LoopbackAnswer(503)])
        #expect(away.result.word == "unreachable" && away.pauses.isEmpty && away.asked == 1)
    }

    @Test(arguments: Service.allCases, [429, 503])
    func `one that never finds room gives the others up, and that counts`(
        service: Service,
        status: Int
    ) async throws {
        let no = LoopbackAnswer(status)
        let course = try await course(service, [nil, nil] + Array(repeating: no, count: 50))

        #expect(course.result.word == "refused")
        let problem = try #require(course.result.problem)
        #expect(problem.slug == "render-failed" && problem.retryable == true)
        #expect(problem.detail.contains("'\(service.rawValue)' answered with status \(status)"))
        #expect(problem.detail.contains("2 of 3 renders"))
        #expect(problem.detail.contains("may have been paid for"))
        #expect(course.starts == 2 && course.stopped == (service.stops ? ["r1", "r2"] : []))
        #expect(course.asked == 2 + StartPatience.triesMax)
        #expect(course.pauses == [2_000, 4_000, 8_000, 16_000, 30_000])
    }

    @Test(arguments: Service.allCases)
    func `wishes to be left alone are granted for two minutes in all`(service: Service) async throws {
        let answers = [nil, busy(seconds: 70), nil, busy(seconds: 50), busy(seconds: 1)]
        let course = try await course(service, answers)

        #expect(course.result.word == "refused" && course.pauses == [70_000, 50_000])
        #expect(course.starts == 2 && course.stopped == (service.stops ? ["r1", "r2"] : []))
        let longer = try await self.course(service, [nil, busy(seconds: 3_600)])
        #expect(longer.result.word == "accepted" && longer.pauses == [120_000])
    }

    @Test(.timeLimit(.minutes(1))) func `only a few wait at once`() async throws {
        let (begun, waits) = AsyncStream<Void>.makeStream()
        let waiting = (0..<StartPatience.waitersMax).map { _ in
            Task {
                waits.yield()
                try await StartPatience.sleep(3_600_000)
            }
        }
        defer { for task in waiting { task.cancel() } }
        var iterator = begun.makeAsyncIterator()
        for _ in waiting { await iterator.next() }
        // Whoever has said that it waits is about to.
        while StartPatience.waitingCount < waiting.count { await Task.yield() }
        await #expect(throws: StartPatience.Crowded.self) { try await StartPatience.sleep(3_600_000) }

        waiting[0].cancel()
        _ = await waiting[0].result
        try await StartPatience.sleep(0)
    }

    @Test(arguments: Service.allCases)
    func `a gateway that stops meanwhile gives up what has begun`(service: Service) async throws {
        let course = try await course(service, [nil, busy(seconds: 1)], isStopped: true)

        #expect(course.result.word == "refused" && course.result.problem?.retryable == true)
        #expect(course.asked == 2 && course.stopped == (service.stops ? ["r1"] : []))
    }

    @Test(arguments: Service.allCases)
    func `one that is refused, or may have been started, is not tried again`(service: Service) async throws {
        let outcomes = [(400, "refused"), (403, "refused"), (500, "unknown outcome"), (0, "unknown outcome")]
        for (status, word) in outcomes {
            let course = try await course(service, [nil, LoopbackAnswer(status, body: "{}")])

            #expect(course.result.word == word, "\(status)")
            #expect(course.asked == 2 && course.pauses.isEmpty)
            #expect(course.stopped == (service.stops ? ["r1"] : []))
            let problem = try #require(course.result.problem)
            #expect(problem.detail.contains("1 of 3 renders"), "\(problem.detail)")
            #expect(problem.retryable == (word == "unknown outcome"))
        }
    }

    @Test func `what has waited is signed anew`() async throws {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }
        let clock = Locked(RenderBench.time)
        let provider = fake.provider(
            now: { clock.withLock(\.self) },
            pause: { milliseconds in clock.withLock { $0 += Double(milliseconds) / 1_000 } }
        )
        fake.change { $0.startAnswers = [nil, LoopbackAnswer(429, headers: [("retry-after", "60")])] }
        let task = try RenderBench.task(ratios: 2)

        #expect(await provider.submit(task, callbackSecret: RenderBench.secret).word == "accepted")
        let times = fake.server.received.compactMap { $0.header("x-amz-date") }
        #expect(times.count == 3 && times[0] == times[1] && times[1] != times[2])
    }
}
