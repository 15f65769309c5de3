import Pipeline

extension RunModel {
    /// The rules that the step from `before` to this state breaks.
    package func broken(since before: RunModel, by step: RunStep) -> [String] {
        standing + moves(since: before, by: step)
    }

    /// What must hold of every state.
    package var standing: [String] {
        var found: [String] = []
        let open = shorts.count { !$0.isTerminal }
        if shortsOpen != open { found.append("\(shortsOpen) shorts are counted as open, \(open) are") }
        if run.isTerminal {
            if pieces.contains(where: { !$0.state.isTerminal }) { found.append("a task outlives its run") }
            if jobs.values.contains(where: { $0.state == .inProgress || $0.isHeld }) {
                found.append("a job outlives its run")
            }
            if open > 0 { found.append("a short outlives its run") }
        }
        switch run {
        case .started:
            if open > 0 { found.append("shorts are open before the analysis is done") }
        case .analysisComplete:
            if open == 0 { found.append("every short has ended, and the delivery is not closed") }
            if jobs.contains(where: { $0.key != .render && $0.value.state != .completed }) {
                found.append("the analysis is done, and a stage of it is not")
            }
        case .fullyGenerated:
            if shorts.isEmpty || shorts.contains(where: { $0 != .rendered }) {
                found.append("fully generated without every short")
            }
        case .deliveryFailed:
            if !shorts.contains(.failed) { found.append("the delivery failed without a short that did") }
        case .failed:
            if !jobs.values.contains(where: { $0.state == .failed }) {
                found.append("the run failed without a stage that did")
            }
        case .cancelled: break
        }
        return found
    }

    private func moves(since before: RunModel, by step: RunStep) -> [String] {
        var found: [String] = []
        if before.run != run, !step.isReset, !before.run.allows(run) {
            found.append("the run goes from \(before.run) to \(run)")
        }
        for (stage, job) in jobs {
            guard let old = before.jobs[stage] else { continue }
            if job.attempt < old.attempt { found.append("the attempt of \(stage) falls") }
            // A short that is rendered again keeps the render job's attempt: its own task has the higher one.
            let isAgain = step.isReset && (job.attempt > old.attempt || stage == .render)
            if old.state.isTerminal, job.state != old.state, !isAgain {
                found.append("\(stage) leaves \(old.state) for \(job.state)")
            }
        }
        if pieces.count < before.pieces.count { found.append("a task is gone") }
        for (old, new) in zip(before.pieces, pieces) {
            if new.attempt < old.attempt { found.append("the attempt of a task falls") }
            if old.state.isTerminal, new.state != old.state, !(step.isReset && new.attempt > old.attempt) {
                found.append("a task leaves \(old.state) for \(new.state)")
            }
            let order: [TaskState] = [.minted, .submitUnknown, .dispatched]
            if new.attempt == old.attempt, let from = order.firstIndex(of: old.state),
                let to = order.firstIndex(of: new.state), to < from
            {
                found.append("a task goes back from \(old.state) to \(new.state)")
            }
        }
        if shorts.count == before.shorts.count, !step.isReset {
            let order: [OutputState] = [.pending, .rendering, .rendered, .failed]
            for (old, new) in zip(before.shorts, shorts) where old != new {
                let isForward = (order.firstIndex(of: new) ?? 0) > (order.firstIndex(of: old) ?? 0)
                if old.isTerminal || !isForward { found.append("a short goes from \(old) to \(new)") }
            }
        }
        return found
    }
}
