import Contracts

/// How a transcription is, whatever word its provider has for it.
enum HeardProgress: Sendable, Hashable {
    case waiting
    case running
    case done
    case failed(Problem)
    /// The provider has removed what it made.
    case gone
    /// A word that is not known: it has not ended.
    case unknown(String)

    /// What it means for a poll; nil where the transcript has to be fetched.
    func pollResult(_ task: TaskReference, _ call: ProviderCall) -> PollResult? {
        switch self {
        case .waiting: return .underWay(task, isWaitingInLine: true)
        case .running: return .underWay(task)
        case .done: return nil
        case .failed(let problem): return .failed(task, problem)
        case .gone: return .forgotten
        case .unknown(let word):
            call.noteUnknownStatus(word)
            return .underWay(task)
        }
    }
}

extension PollResult {
    /// What was heard; a transcript without a word is no transcript.
    static func heard(_ transcript: HeardTranscript, of task: TaskReference) -> PollResult {
        if let problem = transcript.problem { return .failed(task, problem) }
        return .made(.transcript(transcript))
    }
}

extension HeardTranscript {
    /// Why nothing can be made of it.
    var problem: Problem? {
        words.isEmpty ? Problem(.sourceNoSpeech, detail: "Nobody speaks in the source.") : nil
    }
}
