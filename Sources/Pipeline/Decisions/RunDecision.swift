/// What happens to a run as a whole.
package enum RunSignal: Sendable, Hashable {
    /// Its analysis is done and makes so many shorts, at least one.
    case composed(shorts: Int)
    /// A stage failed for good.
    case stageFailed
    case cancelled
    /// So many more of its shorts ended: `rendered` and `failed` count all that have, `open` those that had not
    /// before these.
    case shortsEnded(Int, open: Int, rendered: Int, failed: Int)
}

/// What a signal about a run changes.
package enum RunDecision: Sendable, Hashable {
    case ignore
    /// It goes on in this state, with so many shorts open.
    case goOn(RunState, open: Int)
    /// It ends: nothing of it is under way any more. `delivery` is told when its shorts brought the end.
    case end(RunState, delivery: DeliveryState?)
}

extension RunState {
    /// Decides what `signal` changes about a run in this state.
    package func decide(_ signal: RunSignal) -> RunDecision {
        switch signal {
        case .composed(let shorts):
            return self == .started && shorts > 0 ? .goOn(.analysisComplete, open: shorts) : .ignore
        case .stageFailed: return self == .started ? .end(.failed, delivery: nil) : .ignore
        case .cancelled: return isTerminal ? .ignore : .end(.cancelled, delivery: nil)
        case .shortsEnded(let count, let open, let rendered, let failed):
            guard self == .analysisComplete, count > 0 else { return .ignore }
            let left = max(open - count, 0)
            guard left == 0 else { return .goOn(.analysisComplete, open: left) }
            let delivery = DeliveryState.closed(rendered: rendered, failed: failed)
            return .end(delivery == .completed ? .fullyGenerated : .deliveryFailed, delivery: delivery)
        }
    }
}

extension DeliveryState {
    /// What a delivery is when all of its shorts have ended.
    package static func closed(rendered: Int, failed: Int) -> DeliveryState {
        if failed == 0 { return .completed }
        return rendered == 0 ? .failed : .partiallyFailed
    }
}
