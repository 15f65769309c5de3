import Contracts
import Store

/// How often what a provider says that it made is asked for, where that is not there or cannot be read.
///
/// The task keeps both: how often in a row in its failed polls, and in its problem what these failed of.
enum ResultTries {
    static let countMax = 5

    /// Number of the try that has failed by now; 1 is the first.
    static func number(_ task: TaskRecord) -> Int {
        task.problem?.slug == Problem.Slug.artifactMissing.rawValue ? task.pollFailures + 1 : 1
    }

    /// Pause after a try, `firstMs` after the first: files may lag behind the word that they are done.
    static func pauseMs(after number: Int, firstMs: Int) -> Int { firstMs << min(max(number - 1, 0), 8) }

    /// What a task is told to lack, by the words of the problem that was met.
    static func problem(_ met: Problem, of provider: String, tries: Int) -> Problem {
        Problem(
            .artifactMissing,
            detail: "Provider '\(provider)' says that the work is done, and what it made cannot be had. "
                + "\(met.detail) It was asked for \(tries == 1 ? "once" : "\(tries) times").",
            retryable: true
        )
    }
}
