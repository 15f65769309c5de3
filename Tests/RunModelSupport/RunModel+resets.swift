import Pipeline

extension RunModel {
    /// A stage and all that depends on it, and what failed beside it, begin anew.
    mutating func reset(_ stage: Stage) {
        guard (jobs[stage]?.attempt ?? 0) > 0, facts(stage).decide(.reset, jitter: 0) == .reset else {
            return
        }
        if stage == .render {
            renderAgain(Array(shorts.indices), isWhole: true)
            return
        }
        let failed = jobs.filter { $0.value.state == .failed }.keys.flatMap(Self.workflow.subtree(of:))
        let stages = Set(Self.workflow.subtree(of: stage) + failed)
        for again in stages {
            let after = facts(again).after(.reset)
            jobs[again] = Work(state: after.state, attempt: after.attempt, tries: after.tries)
        }
        for index in pieces.indices {
            if case .stage(let owner) = pieces[index].owner, !stages.contains(owner) { continue }
            if !pieces[index].state.isTerminal { pieces[index].state = .abandoned }
            if case .short = pieces[index].owner { pieces[index].owner = .nobody }
        }
        shorts = []
        shortsOpen = 0
        run = .started
    }

    mutating func retryShort(_ pick: Int) {
        guard !shorts.isEmpty else { return }
        let short = pick % shorts.count
        guard case .become = shorts[short].decide(.again, runState: run) else { return }
        renderAgain([short], isWhole: false)
    }

    private mutating func renderAgain(_ again: [Int], isWhole: Bool) {
        guard !again.isEmpty else { return }
        jobs[.render]?.state = .inProgress
        if isWhole { jobs[.render]?.attempt += 1 }
        let attempt = jobs[.render]?.attempt ?? 0
        for short in again {
            shorts[short] = .pending
            for index in pieces.indices where pieces[index].owner == .short(short) {
                pieces[index] = Piece(
                    owner: .short(short),
                    jobAttempt: attempt,
                    attempt: pieces[index].attempt + 1
                )
            }
        }
        shortsOpen = shorts.count { !$0.isTerminal }
        run = .analysisComplete
    }
}
