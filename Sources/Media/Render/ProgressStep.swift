/// Reports progress in whole percents, so that a callback is not called for each frame.
final class ProgressStep {
    private let startMs: Int
    private let totalMs: Int
    private let report: @Sendable (Double) -> Void
    private var percent = -1

    init(startMs: Int = 0, totalMs: Int, _ report: @escaping @Sendable (Double) -> Void) {
        self.startMs = startMs
        self.totalMs = max(1, totalMs)
        self.report = report
    }

    func reach(_ ms: Int) {
        let now = min(99, max(0, (ms - startMs) * 100 / totalMs))
        guard now > percent else { return }
        percent = now
        report(Double(now) / 100)
    }

    func finish() { report(1) }
}
