import Contracts
import Subprocesses
import Testing

@testable import MediaWorker

@Suite struct SourceLimitsTests {
    private static let gibibyte: Int64 = 1 << 30

    @Test func `what a source may take grows with its size`() {
        let small = SourceLimits(sourceBytes: 1, machineBytes: 64 * Self.gibibyte)
        let large = SourceLimits(sourceBytes: 2 * Self.gibibyte, machineBytes: 64 * Self.gibibyte)

        #expect(small.process.cpuSeconds == 600)
        #expect(large.process.cpuSeconds == 600 + 2_048 * 240)
        #expect(small.process.fileBytesMax == 2 * Self.gibibyte + 32)
        #expect(large.process.fileBytesMax == 66 * Self.gibibyte)
        #expect(small.process.memoryBytes == 4 * Self.gibibyte)
        #expect(small.process.memoryBytes == large.process.memoryBytes)
        #expect(small.totalMs == 1_200_000)
    }

    @Test func `a small machine is left a quarter of its memory, and no size is too large to reckon with`() {
        #expect(SourceLimits(sourceBytes: 1, machineBytes: 2 * Self.gibibyte).process.memoryBytes == 3 << 29)
        #expect(SourceLimits(sourceBytes: .max).process.fileBytesMax == (2 << 30) + (32 << 40))
    }

    @Test func `work counts as hung when its steps stay the same for long`() {
        var limits = SourceLimits(sourceBytes: 1)
        limits.stallMs = 100
        limits.totalMs = 1_000
        let start = SuspendingClock.now
        func after(_ ms: Int) -> SuspendingClock.Instant { start + .milliseconds(ms) }
        var watch = SourceWatch(limits, now: start)

        #expect(watch.verdict(at: after(99)) == nil)
        watch.hear(SourceNews(steps: 1), at: after(99))
        #expect(watch.verdict(at: after(198)) == nil)
        // Words without work do not count.
        watch.hear(SourceNews(steps: 1, progress: 0.5), at: after(198))
        watch.hear(SourceNews(progress: 0.9), at: after(198))
        #expect(watch.verdict(at: after(199)) == .stalled)
        for ms in stride(from: 198, to: 1_000, by: 50) { watch.hear(SourceNews(steps: ms), at: after(ms)) }
        #expect(watch.verdict(at: after(999)) == nil)
        #expect(watch.verdict(at: after(1_000)) == .overtime)
    }

    @Test func `a crash near the limit of memory is put down to it`() {
        var limits = SourceLimits(sourceBytes: 1)
        limits.process.memoryBytes = 400
        let verdict = SourceVerdict(limits: limits)
        let crash = ProcessEnd(how: .signal(6), lastWords: "/secret/path")

        #expect(verdict.problem(for: crash, peakBytes: 199).slug == "source-unreadable")
        #expect(verdict.problem(for: crash, peakBytes: 200).slug == "source-over-limit")
        #expect(!verdict.problem(for: crash, peakBytes: 0).detail.contains("secret"))
    }

    @Test func `what the process tells is cut to a plain sentence`() {
        let verdict = SourceVerdict(limits: SourceLimits(sourceBytes: 1, machineBytes: 8 << 30))
        func problem(_ code: String, _ detail: String, held: Int64? = nil) -> Problem {
            verdict.problem(for: SourceNews.Failure(code: code, detail: detail, peakBytes: held))
        }

        #expect(problem("noAudio", "no\n\u{1B}[31msound").detail == "no[31msound")
        #expect(problem("noAudio", String(repeating: "x", count: 5_000)).detail.count == 300)
        #expect(problem("noAudio", "").slug == "source-no-audio")
        #expect(problem("outOfMemory", "").slug == "source-over-limit")
        #expect(problem("encodeFailed", "", held: 1 << 30).slug == "stage-failed")
        #expect(problem("encodeFailed", "", held: 1 << 40).slug == "source-over-limit")
        #expect(problem("noAudio", "", held: 1 << 40).slug == "source-no-audio")
        #expect(problem("madeUp", "").slug == "source-unreadable")
    }
}
