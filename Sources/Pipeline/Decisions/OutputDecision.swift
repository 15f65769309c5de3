/// What somebody says of a short.
package enum OutputSignal: Sendable, Hashable {
    /// Its provider has its task.
    case started
    case rendered
    case failed
    /// Somebody asks for it to be rendered again.
    case again
}

/// What a signal about a short changes.
package enum OutputDecision: Sendable, Hashable {
    case ignore
    case become(OutputState)
}

extension OutputState {
    /// Decides what `signal` changes about a short in this state of a run in `runState`.
    package func decide(_ signal: OutputSignal, runState: RunState) -> OutputDecision {
        switch signal {
        case .started:
            return self == .pending && runState == .analysisComplete ? .become(.rendering) : .ignore
        case .rendered, .failed:
            guard !isTerminal, runState == .analysisComplete else { return .ignore }
            return .become(signal == .rendered ? .rendered : .failed)
        case .again:
            let isOpen = runState == .analysisComplete || runState == .deliveryFailed
            return self == .failed && isOpen ? .become(.pending) : .ignore
        }
    }
}
