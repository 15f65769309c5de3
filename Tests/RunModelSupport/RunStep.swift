package import Pipeline

/// Something that happens to a run.
///
/// Numbers pick one of what there is, counted round.
package enum RunStep: Sendable, Hashable {
    /// Every job that is ready is taken.
    case claim
    /// A process dies with a job in its hands.
    case loseJob(Int)
    case completeJob(Int)
    case failJob(Int, Failure)
    case releaseJob(Int)
    /// A job hands its work to a provider.
    case delegate(Int)
    /// `compose` ends and makes so many shorts.
    case compose(shorts: Int)
    /// Somebody says something of an attempt of a task: the current one, or one so many before or after it.
    case signal(Int, TaskSignal.Event, offset: Int)
    case cancel
    case reset(Int)
    case retryOutput(Int)

    /// Whether it may take something out of a terminal state.
    package var isReset: Bool {
        switch self {
        case .reset, .retryOutput: true
        default: false
        }
    }
}

extension RunStep {
    /// A step that is likely enough to bring a run to each of its ends.
    package static func random(using generator: inout some RandomNumberGenerator) -> RunStep {
        let pick = Int.random(in: 0..<64, using: &generator)
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<22: return .claim
        case 22..<46: return .completeJob(pick)
        case 46..<48: return .failJob(pick, failure(using: &generator))
        case 48..<50: return .releaseJob(pick)
        case 50..<52: return .loseJob(pick)
        case 52..<60: return .delegate(pick)
        case 60..<64: return .compose(shorts: Int.random(in: 1...4, using: &generator))
        case 64..<96:
            let offset = [0, 0, 0, 0, 0, -1, 1].randomElement(using: &generator) ?? 0
            return .signal(pick, event(using: &generator), offset: offset)
        case 96..<97: return pick < 16 ? .cancel : .claim
        case 97..<98: return .reset(pick)
        default: return .retryOutput(pick)
        }
    }

    private static func failure(using generator: inout some RandomNumberGenerator) -> Failure {
        let kind = FailureClass.allCases.randomElement(using: &generator) ?? .broken
        return Failure(kind, isRetryable: Int.random(in: 0..<4, using: &generator) > 0)
    }

    private static func event(using generator: inout some RandomNumberGenerator) -> TaskSignal.Event {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<4: .dispatched
        case 4..<5: .submitUnknown
        case 5..<7: .progress
        case 7..<13: .completed
        case 13..<14: .completedInPart(failure(using: &generator))
        case 14..<17: .failed(failure(using: &generator))
        case 17..<18: .cancelled
        default: .forgotten
        }
    }
}
