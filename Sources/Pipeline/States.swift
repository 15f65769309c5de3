/// State of a run.
///
/// `analysis_complete` means that stages 01 to 11 are done and shorts are rendering.
package enum RunState: String, Sendable, Hashable, CaseIterable, Codable {
    case started
    case analysisComplete = "analysis_complete"
    case fullyGenerated = "fully_generated"
    case failed
    case deliveryFailed = "delivery_failed"
    case cancelled

    package var isTerminal: Bool { self != .started && self != .analysisComplete }

    /// Whether a run may go from here to `next` without an explicit reset.
    package func allows(_ next: RunState) -> Bool {
        switch self {
        case .started: next == .analysisComplete || next == .failed || next == .cancelled
        case .analysisComplete: next == .fullyGenerated || next == .deliveryFailed || next == .cancelled
        case .fullyGenerated, .failed, .deliveryFailed, .cancelled: false
        }
    }
}

/// State of one stage of a run.
package enum JobState: String, Sendable, Hashable, CaseIterable, Codable {
    case pending
    case inProgress = "in_progress"
    case completed
    case failed

    package var isTerminal: Bool { self == .completed || self == .failed }
}

/// State of one short.
package enum OutputState: String, Sendable, Hashable, CaseIterable, Codable {
    case pending
    case rendering
    case rendered
    case failed

    package var isTerminal: Bool { self == .rendered || self == .failed }
}

/// State of one delegated piece of work.
package enum TaskState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Stored, not yet known to have reached its provider.
    case minted
    /// Handed over, and nobody knows whether its provider has it.
    case submitUnknown = "submit_unknown"
    case dispatched
    case completed
    case failed
    /// Replaced by a newer attempt, or cancelled; whatever still comes back is ignored.
    case abandoned

    package var isTerminal: Bool { self == .completed || self == .failed || self == .abandoned }
}

/// What `delivery.state` of a run tells.
package enum DeliveryState: String, Sendable, Hashable, CaseIterable, Codable {
    case pending
    case rendering
    case completed
    case partiallyFailed = "partially_failed"
    case failed

    /// The delivery state that follows from the states of all outputs.
    package static func settled(by outputs: [OutputState]) -> DeliveryState {
        if outputs.isEmpty { return .pending }
        guard outputs.allSatisfy(\.isTerminal) else {
            return outputs.contains { $0 != .pending } ? .rendering : .pending
        }
        let failed = outputs.count { $0 == .failed }
        if failed == 0 { return .completed }
        return failed == outputs.count ? .failed : .partiallyFailed
    }

    /// The run state that a closed delivery brings, nil while it is open.
    package var closedRunState: RunState? {
        switch self {
        case .pending, .rendering: nil
        case .completed: .fullyGenerated
        case .partiallyFailed, .failed: .deliveryFailed
        }
    }
}
