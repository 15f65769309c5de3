import Contracts
import Foundation
import Pipeline

/// The jobs of a run that was just accepted, as a member of the run's JSON: they follow from its id.
struct JobTextTemplate: Sendable {
    private let text: GappedText<Gap>

    private enum Gap {
        case runId
        case core
    }

    init(stages: [Stage]) throws {
        let id = ResourceID.make(.run)
        text = GappedText(
            Data(try Self.text(id: id, stages: stages).utf8),
            marks: [(id, .runId), ("job_\(RunTextMarks.core(id))", .core)]
        )
    }

    func render(id: String) -> [UInt8] {
        let core = "job_\(RunTextMarks.core(id))"
        return text.render { $0 == .runId ? id : core }
    }

    /// The member with the comma behind it.
    static func text(id: String, stages: [Stage]) throws -> String {
        let jobs = try WireJSON.encode(jobs(id: id, stages: stages))
        return "\"jobs\":\(String(decoding: jobs, as: UTF8.self)),"
    }

    static func jobs(id: String, stages: [Stage]) -> [JobView] {
        stages.enumerated().map { index, stage in
            JobView(
                id: RunTextMarks.jobId(runId: id, position: index + 1),
                runId: id,
                stage: stage.rawValue,
                number: JobRecord.number(position: index + 1),
                state: JobState.pending.rawValue,
                attempt: 0,
                progress: 0,
                provider: nil,
                fingerprint: nil,
                reusedFrom: nil,
                waitsOn: nil,
                warnings: [],
                usage: nil,
                error: nil,
                startedAt: nil,
                finishedAt: nil
            )
        }
    }
}
