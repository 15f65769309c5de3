package import Pipeline

/// A whole run as values: its jobs, tasks and shorts, moved by the pure decisions alone.
package struct RunModel: Sendable, Hashable {
    /// A piece of delegated work.
    package struct Piece: Sendable, Hashable {
        package enum Owner: Sendable, Hashable {
            case stage(Stage)
            case short(Int)
            /// Its short is gone.
            case nobody
        }

        package var owner: Owner
        package var jobAttempt: Int
        package var state = TaskState.minted
        package var attempt = 1
        package var failures = 0
        package var losses = 0
    }

    /// One stage.
    package struct Work: Sendable, Hashable {
        package var state = JobState.pending
        package var attempt = 0
        package var tries = 0
        /// Whether a process works on it.
        package var isHeld = false
        /// Whether that process is alive.
        package var isLeaseGood = false
    }

    package var run = RunState.started
    package var jobs: [Stage: Work]
    package var pieces: [Piece] = []
    package var shorts: [OutputState] = []
    package var shortsOpen = 0
    package static let workflow = Workflow.shortsV1

    package init() {
        jobs = Dictionary(uniqueKeysWithValues: Self.workflow.stages.map { ($0.stage, Work()) })
    }

    /// The stages that a living process works on, in workflow order.
    package var held: [Stage] {
        Self.workflow.stages.map(\.stage).filter { jobs[$0]?.isHeld == true && jobs[$0]?.isLeaseGood == true }
    }

    package mutating func apply(_ step: RunStep) {
        switch step {
        case .claim: claim()
        case .loseJob(let pick):
            if let stage = pickHeld(pick) { jobs[stage]?.isLeaseGood = false }
        case .completeJob(let pick):
            if let stage = pickHeld(pick), stage != .compose { settle(stage, .completed) }
        case .failJob(let pick, let failure):
            if let stage = pickHeld(pick) { settle(stage, .failed(failure)) }
        case .releaseJob(let pick):
            if let stage = pickHeld(pick) { settle(stage, .released) }
        case .delegate(let pick):
            guard let stage = pickHeld(pick), stage != .compose, let job = jobs[stage] else { return }
            jobs[stage]?.isHeld = false
            pieces.append(Piece(owner: .stage(stage), jobAttempt: job.attempt))
        case .compose(let count): compose(count)
        case .signal(let pick, let event, let offset):
            guard !pieces.isEmpty else { return }
            let index = pick % pieces.count
            signal(index, TaskSignal(event, attempt: pieces[index].attempt + offset))
        case .cancel:
            if case .end(let state, _) = run.decide(.cancelled) { end(state) }
        case .reset(let pick): reset(Self.workflow.stages[pick % Self.workflow.stages.count].stage)
        case .retryOutput(let pick): retryShort(pick)
        }
    }

    /// Picks among what a living process works on.
    package func pickHeld(_ pick: Int) -> Stage? {
        let held = held
        return held.isEmpty ? nil : held[pick % held.count]
    }

    package func facts(_ index: Int) -> TaskFacts {
        let piece = pieces[index]
        let stage: Stage = if case .stage(let stage) = piece.owner { stage } else { .render }
        let job = jobs[stage] ?? Work()
        return TaskFacts(
            state: piece.state,
            attempt: piece.attempt,
            runState: run,
            isShort: stage == .render,
            isJobWaiting: job.state == .inProgress && job.attempt == piece.jobAttempt,
            jobTries: job.tries,
            failures: piece.failures,
            losses: piece.losses
        )
    }

    /// What `signal` changed.
    @discardableResult
    package mutating func signal(_ index: Int, _ signal: TaskSignal) -> TaskDecision {
        let facts = facts(index)
        let decision = facts.decide(signal, jitter: 0.5)
        let after = facts.after(decision)
        pieces[index].state = after.state
        pieces[index].attempt = after.attempt
        pieces[index].failures = after.failures
        pieces[index].losses = after.losses
        switch (decision, pieces[index].owner) {
        case (.noteDispatched, .short(let short)): move(short, .started)
        case (.complete(isWanted: true), .short(let short)): move(short, .rendered)
        case (.complete(isWanted: true), .stage(let stage)): settle(stage, .completed)
        case (.fail(.failShort), .short(let short)): move(short, .failed)
        case (.fail(.retryJob), .stage(let stage)):
            jobs[stage]?.state = .pending
            jobs[stage]?.isHeld = false
        case (.fail(.failRun), .stage(let stage)): failRun(stage)
        default: break
        }
        return decision
    }

    package func facts(_ stage: Stage) -> JobFacts {
        let job = jobs[stage] ?? Work()
        let requires = Self.workflow.definition(of: stage)?.requires ?? []
        return JobFacts(
            state: job.state,
            attempt: job.attempt,
            tries: job.tries,
            runState: run,
            waitsFor: requires.count { jobs[$0]?.state != .completed },
            isLeased: job.isHeld && job.isLeaseGood,
            isDelegated: job.state == .inProgress && !job.isHeld
        )
    }

    private mutating func claim() {
        // All that is ready now: what becomes ready by it is for the next one.
        let ready = Self.workflow.stages.map(\.stage).filter { stage in
            stage != .render && facts(stage).decide(.claimed, jitter: 0) == .start
        }
        for stage in ready {
            take(stage, facts(stage).after(.start))
            jobs[stage]?.isHeld = true
            jobs[stage]?.isLeaseGood = true
        }
    }

    private mutating func settle(_ stage: Stage, _ signal: JobSignal) {
        let facts = facts(stage)
        switch facts.decide(signal, jitter: 0.5) {
        case .ignore: return
        case .failRun: failRun(stage)
        case let decision:
            take(stage, facts.after(decision))
            jobs[stage]?.isHeld = false
        }
    }

    private mutating func take(_ stage: Stage, _ facts: JobFacts) {
        jobs[stage]?.state = facts.state
        jobs[stage]?.attempt = facts.attempt
        jobs[stage]?.tries = facts.tries
    }

    private mutating func failRun(_ stage: Stage) {
        jobs[stage]?.state = .failed
        jobs[stage]?.isHeld = false
        if case .end(let state, _) = run.decide(.stageFailed) { end(state) }
    }

    private mutating func compose(_ count: Int) {
        guard held.contains(.compose), case .goOn(let state, let open) = run.decide(.composed(shorts: count))
        else { return }
        settle(.compose, .completed)
        run = state
        shorts = Array(repeating: .pending, count: count)
        shortsOpen = open
        let attempt = (jobs[.render]?.attempt ?? 0) + 1
        jobs[.render] = Work(state: .inProgress, attempt: attempt, tries: 1)
        pieces += (0..<count).map { Piece(owner: .short($0), jobAttempt: attempt) }
    }

    private mutating func move(_ short: Int, _ signal: OutputSignal) {
        guard case .become(let state) = shorts[short].decide(signal, runState: run) else { return }
        shorts[short] = state
        guard state.isTerminal else { return }
        let ended = RunSignal.shortsEnded(
            1,
            open: shortsOpen,
            rendered: shorts.count { $0 == .rendered },
            failed: shorts.count { $0 == .failed }
        )
        switch run.decide(ended) {
        case .ignore: return
        case .goOn(_, let open): shortsOpen = open
        case .end(let state, let delivery):
            run = state
            shortsOpen = 0
            jobs[.render]?.state = delivery == .failed ? .failed : .completed
        }
    }

    /// Nothing of a run that is over is under way.
    private mutating func end(_ state: RunState) {
        run = state
        shortsOpen = 0
        for index in pieces.indices where !pieces[index].state.isTerminal { pieces[index].state = .abandoned }
        for index in shorts.indices where !shorts[index].isTerminal { shorts[index] = .failed }
        for stage in jobs.keys where jobs[stage]?.state == .inProgress {
            jobs[stage]?.state = .failed
            jobs[stage]?.isHeld = false
        }
    }
}
