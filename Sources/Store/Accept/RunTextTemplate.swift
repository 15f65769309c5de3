import Contracts
import Foundation
import Pipeline

/// The JSON of runs of one kind as they are accepted, with gaps for what differs from run to run.
///
/// It is cut out of what the coder writes, so it can say nothing that the coder would say otherwise.
struct RunTextTemplate: Sendable {
    /// What the database keeps of the options.
    let options: String
    private let text: GappedText<Gap>

    private enum Gap {
        case id
        case url
        case externalId
        case metadata
        case moment
        case jobs
    }

    /// All that differs between kinds of runs.
    struct Kind: Hashable, Sendable {
        let workflow: String
        let stages: [Stage]
        let style: StylePin
        let options: RunOptions
        let provided: RunView.Provided?
        let hasURL: Bool
        let hasExternalId: Bool
        /// What is known of a source that the client uploaded.
        let source: RunView.Source?

        init(_ new: NewRun, source: RunView.Source?) {
            workflow = new.workflow.name
            stages = new.workflow.stages.map(\.stage)
            style = new.style
            options = new.options
            provided = new.provided.map(RunView.Provided.init)
            hasURL = new.sourceUrl != nil
            hasExternalId = new.externalId != nil
            self.source = source
        }
    }

    init(_ kind: Kind) throws {
        // Random, so no text of a client can be taken for a mark.
        let id = ResourceID.make(.run)
        let mark = ResourceID.make(.request)
        let moment = Date(timeIntervalSince1970: -Double(UInt32.random(in: 1...UInt32.max)))
        let view = Self.view(kind, id: id, mark: mark, moment: moment)
        let jobs = try JobTextTemplate.text(id: id, stages: kind.stages)
        var marks: [(mark: String, gap: Gap)] = [
            (id, .id), ("{\"\(mark)\":\"\"}", .metadata),
            (Timestamp.format(moment), .moment), (jobs, .jobs),
        ]
        if kind.hasURL { marks.append(("\"\(mark)-url\"", .url)) }
        if kind.hasExternalId { marks.append(("\"\(mark)-external\"", .externalId)) }
        text = GappedText(try WireJSON.encode(view), marks: marks)
        options = String(decoding: try WireJSON.encode(kind.options), as: UTF8.self)
    }

    /// The run's JSON with `RunTextMarks` for the time and the jobs.
    func render(_ new: NewRun, id: String) throws -> [UInt8] {
        try text.render { gap in
            switch gap {
            case .id: id
            case .url: try JSONText.string(new.sourceUrl ?? "")
            case .externalId: try JSONText.string(new.externalId ?? "")
            case .metadata: try JSONText.object(new.metadata)
            case .moment: RunTextMarks.moment
            case .jobs: RunTextMarks.jobs
            }
        }
    }

    private static func view(_ kind: Kind, id: String, mark: String, moment: Date) -> RunView {
        RunView(
            id: id,
            state: RunState.started.rawValue,
            workflow: RunView.WorkflowPart(
                name: kind.workflow,
                state: "in_progress",
                startedAt: moment,
                completedAt: nil,
                failedAt: nil
            ),
            delivery: RunView.Delivery(
                state: DeliveryState.settled(by: []).rawValue,
                total: 0,
                pending: 0,
                rendering: 0,
                rendered: 0,
                ready: 0,
                failed: 0
            ),
            progress: 0,
            source: kind.source
                ?? RunView.Source(
                    url: "\(mark)-url",
                    assetId: nil,
                    sha256: nil,
                    sizeBytes: nil,
                    durationMs: nil
                ),
            style: kind.style,
            options: kind.options,
            provided: kind.provided,
            jobs: JobTextTemplate.jobs(id: id, stages: kind.stages),
            warnings: [],
            error: nil,
            metadata: [mark: ""],
            externalId: kind.hasExternalId ? "\(mark)-external" : nil,
            rerunOf: nil,
            createdAt: moment,
            finishedAt: nil
        )
    }
}
