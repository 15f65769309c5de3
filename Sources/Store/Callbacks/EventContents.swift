import Contracts
import Foundation
import Postgres

/// What the messages of a batch say, read at once.
struct EventContents {
    private let runs: [String: RunView]
    private let outputs: [String: [OutputView]]

    /// As it stands when it is read.
    static func reading(of announcements: [Announcement], now: Date, links: LinkMinter) -> Reading<Self> {
        let ids = Set(announcements.map(\.runId)).sorted()
        let (runs, outputs) = (
            Reading<[RunAggregate]>.aggregates(runIds: ids),
            Reading<[OutputRecord]>.outputs(where: "o.run_id = ANY(\(ids))")
        )
        return runs.with(outputs) { aggregates, outputs in
            EventContents(
                runs: Dictionary(
                    aggregates.map { ($0.run.id, $0.view(includesJobs: false)) },
                    uniquingKeysWith: { first, _ in first }
                ),
                outputs: Dictionary(grouping: outputs, by: \.runId).mapValues {
                    $0.map { $0.view(links: links, now: now, includesTranscript: false) }
                }
            )
        }
    }

    func content(of announcement: Announcement) -> EventEnvelope.Content {
        let shorts = outputs[announcement.runId] ?? []
        var content = EventEnvelope.Content(run: runs[announcement.runId])
        if let id = announcement.outputId {
            content.output = shorts.first { $0.id == id }
        } else {
            content.outputs = shorts
        }
        return content
    }
}
