import Contracts
import Pipeline
import Testing

@testable import Providers

@Suite struct RenderIdsTests {
    private func ids(_ place: String? = nil, _ ids: String...) -> RenderIds? {
        RenderIds(
            place: place,
            zip(AspectRatio.allCases, ids).map { RenderIds.Render(ratio: $0.0, id: $0.1) }
        )
    }

    @Test func `what is written is read again`() throws {
        for written in [ids(nil, "a"), ids("my-bucket.1", "a", "B_-9", "c"), ids(nil, "a", "b")] {
            let written = try #require(written)
            #expect(RenderIds(parsing: written.text) == written)
        }
        #expect(ids("bucket", "a", "b")?.text == "bucket:9x16=a,1x1=b")
    }

    @Test func `a text is as long as an external id may be, and no longer`() {
        func text(_ count: Int) -> RenderIds? {
            // Three ids of 128 bytes at most.
            let rest = count - "9x16=,1x1=,16x9=".count - 2 * 80
            return ids(
                nil,
                String(repeating: "a", count: 80),
                String(repeating: "b", count: 80),
                String(repeating: "c", count: rest)
            )
        }

        #expect(text(RenderIds.bytesMax)?.text.utf8.count == RenderIds.bytesMax)
        #expect(text(RenderIds.bytesMax + 1) == nil)
        #expect(ids(nil, String(repeating: "a", count: 128)) != nil)
        #expect(ids(nil, String(repeating: "a", count: 129)) == nil)
        #expect(RenderIds([]) == nil)
    }

    @Test(arguments: [
        "", ":", "a", "9x16", "9x16=", "=a", "9x16=a,", ",9x16=a", "9x16=a,9x16=b", "9x16=a,1x1=a", "4x5=a",
        "9x16=a=b", "9x16=a/b", "9x16=a b", "bucket:", "b:9x16=a", "Bucket:9x16=a", "a:b:9x16=c", ":9x16=a",
        "bucket-:9x16=a", "../x:9x16=a", "9:16=a", "9x16=é", "tsk_1",
    ])
    func `anything else is no ids`(text: String) { #expect(RenderIds(parsing: text) == nil) }

    @Test func `an endless text is no ids`() {
        #expect(RenderIds(parsing: String(repeating: "9x16=a,", count: 100_000)) == nil)
    }
}

@Suite struct RenderVerdictTests {
    private let task = RenderBench.reference("x")
    private let file = RenderedFile(aspectRatio: .square, url: "https://x.example/f.mp4")
    private let failure = Problem(.renderFailed, detail: "it broke", retryable: false)

    private func word(_ states: Result<RenderState, CallFailure>...) -> String {
        RenderVerdict.result(states, of: task).word
    }

    @Test func `a failure counts before all else, and what cannot be asked before what is gone`() {
        let away = Result<RenderState, CallFailure>.failure(CallFailure(.away, failure))
        let unknown = Result<RenderState, CallFailure>.failure(CallFailure(.unknown, failure))

        #expect(word(.success(.done(file)), .success(.failed(failure)), away) == "failed")
        #expect(word(.success(.done(file)), away, .success(.gone)) == "unreachable")
        #expect(word(.success(.done(file)), .success(.gone)) == "forgotten")
        #expect(word(.success(.running(0)), unknown) == "forgotten")
        #expect(word(.success(.done(file)), .success(.done(file))) == "made")
        #expect(word(.success(.done(file)), .success(.unknown("polishing"))) == "running")
        #expect(word(.success(.waiting), .success(.waiting)) == "queued")
        #expect(word(.success(.waiting), .success(.running(0.5))) == "running")
    }

    @Test(arguments: [
        (60, 30_000, 120_000), (300, 30_000, 360_000), (600, 60_000, 660_000), (0, 30_000, 120_000),
    ])
    func `a render is asked for by the time that it may take`(seconds: Int, first: Int, deadline: Int) {
        let schedule = PollSchedule.render(timeoutSeconds: seconds)

        #expect(schedule.firstDelayMs == first && schedule.deadlineMs == deadline)
        #expect(schedule.delayMsMax == 60_000 && schedule.factor == 1.5)
    }
}
