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

    // Stand for the marks while the JSON is written: that would escape the marks.
    private static let messageName = "message-mark"
    private static let runName = "run-mark"

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
        let links = EventLinks(run: "/v1/runs/\(Self.runName)")
        let text = String(
            decoding: try envelope.payload(messageId: Self.messageName, links: links),
            as: UTF8.self
        )
        .replacing(Timestamp.format(moment), with: RunTextMarks.moment)
        .replacing(Self.messageName, with: RunTextMarks.message)
        .replacing(Self.runName, with: RunTextMarks.run)
        // Members are in the order of their names: `links` comes before the run, the message's id after it.
        let parts = text.split(separator: "}},", maxSplits: 1)
        guard parts.count == 2, parts[0].contains(RunTextMarks.run), parts[1].contains(RunTextMarks.message)
        else {
            throw StoreError.malformedRecord("the event run.started")
        }
        let frame = MessageFrame(head: "\(parts[0])},\"run\":", tail: "},\(parts[1])")
        known.withLock { $0.frame = frame }
        return frame
    }
}
