import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Providers
import Signatures
import StudioSupport
import Testing

/// One fake service with its adapter: how it is set up, and which conditions it can show.
struct FakeSetup: Sendable, CustomTestStringConvertible {
    /// What its parts are made with.
    struct Parts: Sendable {
        /// Whether the service is down at first.
        var isDown: Bool
        var client: HTTPClient
        /// The adapter's clock.
        var now: @Sendable () -> Date
        /// How the adapter waits for milliseconds, where it does.
        var pause: @Sendable (Int) async throws -> Void
    }

    struct Made: Sendable {
        let fake: any FakeJobService
        let provider: any Provider
        /// Services that the adapter needs beside this one.
        var helpers: [FakeService] = []
    }

    /// By what a callback is known to be the service's.
    enum Proof: Sendable {
        /// What goes with it: without that it is refused.
        case shown
        /// The address alone: another address is nobody's.
        case address
    }

    /// How the service loses a job that it was given.
    enum Loss: Sendable {
        /// It does not know it any more.
        case removed
        /// It says that it ended long ago, and nobody heard of it.
        case unheard
    }

    /// What runs choose the provider by.
    let name: String
    /// The stage that is given to it: one job, or for `render` one for each of two shorts.
    let stage: Stage
    /// Nil where it never calls back.
    var proof: Proof?
    /// What goes with a callback is good at any address, since all tasks share the key that it is made with.
    var sharesKey = false
    /// Its callbacks come to one address for all tasks, and name the task.
    var sharesAddress = false
    /// A callback is the whole result, and its word that a job failed ends it.
    var bringsResult = false
    /// What a callback that is no JSON is answered with, though its proof is right.
    var answerToGarbage = 200
    /// It can be asked for what it made.
    var isAsked = true
    /// Its answer to the order is the result.
    var answersAtOnce = false
    /// Its adapter waits by itself where it is busy: there is no job that could be put off.
    var waitsItself = false
    /// An order that comes again is answered with what was made of it.
    var answersAgain = false
    /// How many times it is asked with another key before a wrong one is believed to be wrong.
    var keysMax = 1
    /// What it makes of an order that comes twice.
    var submission = Submission.blind
    /// How it says that it takes nothing for 7 seconds, or for as long as `busyMs` says.
    var busy = LoopbackAnswer(429, headers: [("retry-after", "7")], body: #"{"error": "slow down"}"#)
    var busyMs = 7_000
    var loss = Loss.removed
    /// Where the inputs' links lead; nil for the gateway itself.
    var linkBase: String?
    let make: @Sendable (Parts) throws -> Made

    var testDescription: String { name }

    /// What a callback is answered with before the gateway knows the job's name.
    var answerToNameless: Int { sharesAddress ? 202 : 200 }

    /// Whether an order can be looked for, or given out again without harm.
    var isFindable: Bool { submission != .blind }

    /// What a callback with its proof is answered with at an address that no task has.
    var answerAtNobodys: Int { proof == .shown && !sharesKey ? 401 : 404 }

    /// Shorts of a run that shows it.
    var shortCount: Int { stage == .transcribe ? 1 : 2 }

    var jobCount: Int { stage == .render ? shortCount : 1 }

    /// The providers of a run that is given to it.
    var choice: ProviderChoice {
        switch stage {
        case .render: ProviderChoice(render: name)
        case .framing: ProviderChoice(vision: name)
        default: ProviderChoice(transcription: ProviderPreference([name]))
        }
    }
}

extension FakeSetup {
    /// Every service; a new one is described in the file of its kind, and shows all that it can.
    static let all = transcription + vision + render

    /// With other ways of being asked, where nothing but the requests differs.
    static let asking = all + [visionServiceByIdentity]

    static let callingBack = all.filter { $0.proof != nil }
    /// Those whose callbacks may name the job of a task.
    static let naming = callingBack.filter { $0.proof == .shown }
    /// Those whose results are fetched by questions of their own, see `isResult`.
    static let fetched = render + [speechmatics, revAI]
    static let asked = all.filter { $0.isAsked && !$0.answersAtOnce }
    static let givenJobs = all.filter { !$0.answersAtOnce }
    static let answeringAtOnce = all.filter(\.answersAtOnce)
}
