import Contracts
import Foundation
import Pipeline
import Threads

/// The templates of the runs that were accepted lately.
final class RunTexts: Sendable {
    private struct Known {
        var runs: [RunTextTemplate.Kind: RunTextTemplate] = [:]
        var jobs: [[Stage]: JobTextTemplate] = [:]
        var frame: MessageFrame?
    }

    /// The JSON of `run.started` around the run in it.
    struct MessageFrame: Sendable {
        let head: String
        let tail: String
    }

    private static let kindsMax = 256

    private let known = Locked(Known())

    func run(_ kind: RunTextTemplate.Kind) throws -> RunTextTemplate {
        if let template = known.withLock({ $0.runs[kind] }) { return template }
        let template = try RunTextTemplate(kind)
        known.withLock { known in
            if known.runs.count >= Self.kindsMax { known.runs = [:] }
            known.runs[kind] = template
        }
        return template
    }

    func jobs(_ stages: [Stage]) throws -> JobTextTemplate {
        if let template = known.withLock({ $0.jobs[stages] }) { return template }
        let template = try JobTextTemplate(stages: stages)
        known.withLock { known in
            if known.jobs.count >= Self.kindsMax { known.jobs = [:] }
            known.jobs[stages] = template
        }
        return template
    }

    func messageFrame() throws -> MessageFrame {
        if let frame = known.withLock(\.frame) { return frame }
        let moment = Date(timeIntervalSince1970: 0)
        let envelope = EventEnvelope(type: .runStarted, timestamp: moment, data: EventEnvelope.Content())
        let text = String(decoding: try WireJSON.encode(envelope), as: UTF8.self)
            .replacing(Timestamp.format(moment), with: RunTextMarks.moment)
        let parts = text.split(separator: "\"data\":{}", maxSplits: 1)
        guard parts.count == 2 else { throw StoreError.malformedRecord("the event run.started") }
        let frame = MessageFrame(head: "\(parts[0])\"data\":{\"run\":", tail: "}\(parts[1])")
        known.withLock { $0.frame = frame }
        return frame
    }
}
