import Contracts
import Foundation

/// The twelve stages of a run as lines for a terminal; pure, so that it can be tested.
struct RunProgressLines {
    private static let barWidth = 24

    let run: RunView

    /// One line a stage, then one for the shorts.
    var lines: [String] {
        let jobs = (run.jobs ?? []).sorted { $0.number < $1.number }
        var lines = jobs.map(line)
        let delivery = run.delivery
        if delivery.total > 0 {
            lines.append(
                "   shorts: \(delivery.rendered) of \(delivery.total) rendered"
                    + (delivery.failed > 0 ? ", \(delivery.failed) failed" : "")
            )
        }
        return lines
    }

    /// What changed since `earlier`, for output that cannot be redrawn.
    func changes(since earlier: RunView?) -> [String] {
        let before = Dictionary(
            (earlier?.jobs ?? []).map { ($0.stage, $0.state) },
            uniquingKeysWith: { $1 }
        )
        let jobs = (run.jobs ?? []).sorted { $0.number < $1.number }
        var lines = jobs.filter { $0.state != before[$0.stage] && $0.state != "pending" }.map(line)
        if run.delivery.rendered != (earlier?.delivery.rendered ?? 0) {
            lines.append("   shorts: \(run.delivery.rendered) of \(run.delivery.total) rendered")
        }
        return lines
    }

    private func line(_ job: JobView) -> String {
        let share = job.state == "completed" ? 1 : min(max(job.progress, 0), 1)
        let filled = Int(share * Double(Self.barWidth))
        let bar =
            String(repeating: "#", count: filled) + String(repeating: ".", count: Self.barWidth - filled)
        let name = job.stage + String(repeating: " ", count: max(0, 16 - job.stage.count))
        var line = "\(job.number) \(name) [\(bar)] \(job.state)"
        if let started = job.startedAt, let finished = job.finishedAt {
            line += " \(Duration.milliseconds(finished.timeIntervalSince(started) * 1_000).shortText)"
        }
        if job.attempt > 1 { line += " (attempt \(job.attempt))" }
        if let error = job.error { line += " - \(error.title)" }
        return line
    }
}

extension Duration {
    fileprivate static func milliseconds(_ value: Double) -> Duration { .milliseconds(Int64(value)) }

    /// `0.4s`, `12.0s`, `3m 05s`.
    var shortText: String {
        let tenths = Int(components.seconds) * 10 + Int(components.attoseconds / 100_000_000_000_000_000)
        guard tenths >= 600 else { return "\(tenths / 10).\(tenths % 10)s" }
        let seconds = tenths / 10
        return "\(seconds / 60)m \(seconds % 60 < 10 ? "0" : "")\(seconds % 60)s"
    }
}
