import Contracts

/// How one render of a task is.
enum RenderState: Sendable, Hashable {
    case waiting
    /// 0 to 1.
    case running(Double)
    /// A status word that the adapter does not know: it goes on.
    case unknown(String)
    case done(RenderedFile)
    case failed(Problem)
    /// The service does not know it any more.
    case gone

    var hasEnded: Bool {
        switch self {
        case .waiting, .running, .unknown: false
        case .done, .failed, .gone: true
        }
    }
}

/// What the renders of a task come to together.
enum RenderVerdict {
    /// A task is done when all of its renders are: the runtime takes a short whole or not at all.
    ///
    /// So one that failed ends the task, whatever the others are. One that cannot be asked leaves it open.
    static func result(
        _ renders: [Result<RenderState, CallFailure>],
        of task: TaskReference
    ) -> PollResult {
        var files: [RenderedFile] = []
        var (progress, waiting) = (0.0, 0)
        var (failure, isGone): (CallFailure?, Bool) = (nil, false)
        for render in renders {
            switch render {
            case .success(.failed(let problem)): return .failed(task, problem)
            case .success(.done(let file)):
                files.append(file)
                progress += 1
            case .success(.running(let share)): progress += min(max(share, 0), 1)
            case .success(.waiting): waiting += 1
            case .success(.unknown): break
            case .success(.gone): isGone = true
            case .failure(let error):
                if error.kind == .unknown {
                    isGone = true
                } else if failure == nil || error.isOfResult {
                    // What is done and not there is counted, which another fault must not hide.
                    failure = error
                }
            }
        }
        if let failure { return failure.pollResult }
        if isGone { return .forgotten }
        if files.count == renders.count { return .made(.renditions(files)) }
        return .underWay(
            task,
            progress: progress / Double(renders.count),
            isWaitingInLine: waiting == renders.count
        )
    }
}
