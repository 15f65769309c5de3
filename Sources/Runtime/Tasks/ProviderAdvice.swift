import Contracts
import Pipeline
import Providers
import Store

/// What somebody can do about a failure that a hosted provider is at fault for, at the end of its problem's words.
///
/// Providers say what is wrong in their own words, which seldom say what helps, or who they are.
enum ProviderAdvice {
    /// The problem with that said once; of a provider that is a part of the gateway, or of another kind of failure, as
    /// it is.
    static func adding(to problem: Problem, of provider: any Provider) -> Problem {
        guard provider.callbackMeaning == .signals, let advice = advice(for: problem, provider.name),
            !problem.detail.hasSuffix(advice)
        else { return problem }
        var advised = problem
        advised.detail = "\(problem.detail.closed) \(advice)"
        return advised
    }

    private static func advice(for problem: Problem, _ name: String) -> String? {
        // A limit of the gateway's own.
        if problem.slug == Problem.Slug.providerLimit.rawValue { return nil }
        return switch problem.failureClass {
        case .away, .busy: "When provider '\(name)' is back, rerun the stage; or choose another one."
        case .refused:
            "Put right what provider '\(name)' refuses and rerun the stage; or choose another one."
        case .timedOut, .lost, .broken, .badResult:
            "Rerun the stage; if provider '\(name)' fails again, choose another one."
        case .ours, .badInput: nil
        }
    }
}
