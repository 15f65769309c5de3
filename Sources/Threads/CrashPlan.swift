#if DEBUG
import Foundation
import Glibc

/// What the environment says about crash points.
final class CrashPlan: Sendable {
    static let shared = CrashPlan(environment: ProcessInfo.processInfo.environment)

    private struct Step: Sendable {
        let name: String
        /// Which time counts, 1 for the first.
        let turn: Int
        let signal: Int32
    }

    private let steps: [Step]
    private let turns = Locked<[String: Int]>([:])

    private init(environment: [String: String]) {
        let found = [("REELGATE_CRASH_AT", SIGKILL), ("REELGATE_PAUSE_AT", SIGSTOP)]
        steps = found.compactMap { name, signal in
            guard let text = environment[name], !text.isEmpty else { return nil }
            let parts = text.split(separator: ":")
            return Step(
                name: String(parts[0]),
                turn: parts.count > 1 ? Int(parts[1]) ?? 1 : 1,
                signal: signal
            )
        }
    }

    func pass(_ point: CrashPoint) {
        guard steps.contains(where: { $0.name == point.rawValue }) else { return }
        let turn = turns.withLock { turns in
            turns[point.rawValue, default: 0] += 1
            return turns[point.rawValue]
        }
        for step in steps where step.name == point.rawValue && step.turn == turn {
            kill(getpid(), step.signal)
        }
    }
}
#endif
