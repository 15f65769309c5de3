import Contracts
import Foundation
import Pipeline
import Postgres
import Threads

/// The fast way of a batch: shorts that are done, and the runs that end with them.
extension CallbackBatch {
    /// A run that ends because its last short did.
    private struct Closing {
        let runId: String
        let tenantId: String
        let state: RunState
        let delivery: EventType
    }

    /// Ends the shorts, and the runs whose last ones they are, and reads what their messages say: in one round trip.
    mutating func writeCompletions() throws {
        guard !completions.isEmpty else { return }
        let closings = countDown()
        let ended = Set(completions.map(\.subject.runId)).sorted()
        let telling = telling(closings)
        let (rows, contents) = try transaction.read(
            Reading(try ending(ended, closings: closings)),
            telling.map { $0.contents(links: store.links).map(Optional.some) } ?? .known(nil)
        )
        if !closings.isEmpty { CrashPoint.finalBeforeCommit.pass() }
        inbox = InboxRows()
        // All of it was read under the locks of this transaction.
        guard try rows[0].get("shorts") == completions.count, try rows[0].get("runs") == ended.count else {
            throw StoreError.malformedRecord("a run of callbacks")
        }
        if let telling, let contents { try telling.write(contents, in: transaction, links: store.links) }
        // There are no files to look at, so nobody has measured them.
        transaction.whenEnded { [shorts = store.shorts, count = completions.count] isCommitted in
            if isCommitted { shorts.count(.unmeasured, times: count) }
        }
    }

    private func ending(_ ended: [String], closings: [Closing]) throws -> SQL {
        """
        WITH ended AS (
            UPDATE tasks t
            SET state = 'completed', finished_at = now(), next_action_at = NULL, lease_token = NULL,
                lease_until = NULL, problem = NULL, progress = 1
            FROM unnest(\(completions.map(\.subject.taskId)), \(completions.map(\.subject.attempt)),
                \(try warningsJSON())) AS done (id, attempt, warnings)
            WHERE t.id = done.id AND t.attempt = done.attempt
                AND t.state IN ('minted', 'submit_unknown', 'dispatched')
            RETURNING t.output_id, done.warnings
        ), rendered AS (
            UPDATE outputs o
            SET state = 'rendered', progress = 1, finished_at = now(), warnings = o.warnings || ended.warnings,
                problem = NULL, waits_on = NULL, computing = NULL
            FROM ended
            WHERE o.id = ended.output_id AND o.state IN ('pending', 'rendering')
            RETURNING o.id
        ), counted AS (
            UPDATE runs r
            SET outputs_open = new.outputs_open, state = new.state,
                finished_at = CASE WHEN new.state <> 'analysis_complete' THEN now() END
            FROM unnest(\(ended), \(ended.map { runs[$0]?.outputsOpen ?? 0 }),
                \(ended.map { id in closings.first { $0.runId == id }?.state.rawValue ?? "analysis_complete" }))
                AS new (id, outputs_open, state)
            WHERE r.id = new.id AND r.state = 'analysis_complete'
            RETURNING r.id
        ), closed AS (
            UPDATE jobs j
            SET state = 'completed', progress = 1, finished_at = now(), problem = NULL
            WHERE j.run_id = ANY(\(closings.map(\.runId))) AND j.stage = 'render' AND j.state = 'in_progress'
        ), logged AS (
            \(events(closings).insertion)
        ), kept AS (
            \(inbox.insertion)
        )
        SELECT (SELECT count(*) FROM rendered) AS shorts, (SELECT count(*) FROM counted) AS runs
        """
    }

    private func events(_ closings: [Closing]) -> EventRows {
        var events = EventRows()
        for completion in completions {
            events.add(
                NewEvent(.outputRendered, outputId: completion.outputId),
                runId: completion.subject.runId
            )
        }
        for closing in closings {
            guard let last = completions.last(where: { $0.subject.runId == closing.runId }) else { continue }
            let job = NewEvent("job.completed", stage: .render, attempt: last.subject.jobAttempt)
            events.add(job, runId: closing.runId)
            events.add(NewEvent(closing.delivery), runId: closing.runId)
        }
        return events
    }

    /// The warnings of each completion; most are alike.
    private func warningsJSON() throws -> [SQLJSON] {
        var written: [[Warning]: SQLJSON] = [:]
        return try completions.map { completion in
            if let json = written[completion.warnings] { return json }
            let json = try SQLJSON(encoding: completion.warnings)
            written[completion.warnings] = json
            return json
        }
    }

    /// Takes the completions off what their runs wait for, and returns the runs that wait for nothing more.
    private mutating func countDown() -> [Closing] {
        var closings: [Closing] = []
        for completion in completions {
            let subject = completion.subject
            runs[subject.runId]?.outputsOpen -= 1
            guard let run = runs[subject.runId], run.outputsOpen == 0 else { continue }
            closings.append(
                Closing(
                    runId: run.id,
                    tenantId: run.tenantId,
                    state: subject.runHasFailedShorts ? .deliveryFailed : .fullyGenerated,
                    delivery: subject.runHasFailedShorts ? .deliveryPartiallyFailed : .deliveryCompleted
                )
            )
        }
        return closings
    }

    /// The messages for those endpoints that want them.
    private func telling(_ closings: [Closing]) -> Telling? {
        var announcements = completions.map {
            Announcement(type: .outputRendered, runId: $0.subject.runId, outputId: $0.outputId)
        }
        announcements += closings.map { Announcement(type: $0.delivery, runId: $0.runId, outputId: nil) }
        return subscribers.flatMap {
            Telling(announcements, tenants: runs.mapValues(\.tenantId), subscribers: $0)
        }
    }
}
