import Contracts
import Foundation
import Threads

/// Shows a run's progress: redrawn in place on a terminal, a line a change elsewhere.
final class ProgressDisplay: Sendable {
    private struct State {
        var shown: RunView?
        var linesDrawn = 0
    }

    private let isTerminal: Bool
    private let output: FileHandle
    private let state = Locked(State())

    /// Shows on `output`; `isTerminal` says that what was shown there can be redrawn.
    init(isTerminal: Bool, output: FileHandle = .standardOutput) {
        self.isTerminal = isTerminal
        self.output = output
    }

    func show(_ run: RunView) {
        let lines = RunProgressLines(run: run)
        let text = state.withLock { state in
            defer { state.shown = run }
            guard isTerminal else { return lines.changes(since: state.shown).joined(separator: "\n") }
            let up = state.linesDrawn > 0 ? "\u{1B}[\(state.linesDrawn)F" : ""
            state.linesDrawn = lines.lines.count
            return up + lines.lines.map { "\($0)\u{1B}[K" }.joined(separator: "\n")
        }
        if !text.isEmpty { output.write(Data((text + "\n").utf8)) }
    }
}
