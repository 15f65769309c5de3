import Contracts
import Foundation
import Pipeline
import Postgres

/// The gate between the plan of a run and all that is made from it.
extension Store {
    /// The plan of the tenant's run, and where its review stands; nil when there is no such run.
    package func planSubject(tenantId: String, id: String) async throws -> PlanSubject? {
        try await pool.transaction { transaction in
            guard let run = try transaction.run(id: id), run.tenantId == tenantId,
                let standing = try transaction.reviewStanding(runId: id),
                let job = try transaction.jobs(runIds: [id]).first(where: { $0.stage == .plan })
            else { return nil }
            let artifacts = try transaction.artifacts(runIds: [id])
            return PlanSubject(run: run, standing: standing, job: job, artifacts: artifacts)
        }
    }

    /// Takes the first review of a run that waits for one, and lets the run go on.
    ///
    /// An edited plan is published under a higher attempt of the plan's job, which stays completed. It has no
    /// fingerprint: no other run may take an edit for what the stage makes of its inputs.
    package func acceptReview(
        tenantId: String,
        runId: String,
        _ review: PlanReview
    ) async throws -> ReviewOutcome {
        try await pool.transaction { transaction in
            guard try transaction.run(id: runId)?.tenantId == tenantId,
                try transaction.lockRun(id: runId) != nil,
                let standing = try transaction.reviewStanding(runId: runId)
            else { return .notFound }
            guard standing.isWaiting else { return .notWaiting(standing) }
            let current = try transaction.artifacts(runIds: [runId])
                .contains {
                    $0.stage == .plan && $0.attempt == review.attempt && $0.sha256 == review.planSha256
                }
            guard current else { return .planChanged }
            if let edited = review.edited {
                guard let job = try transaction.replacePlan(runId: runId, attempt: review.attempt) else {
                    return .planChanged
                }
                try transaction.publish([edited], job: job)
            }
            try transaction.execute(
                """
                UPDATE runs
                SET review_state = 'accepted', reviewed_at = now(), review_edited = \(review.edited != nil),
                    review_note = \(review.note)
                WHERE id = \(runId) AND state = 'started' AND review_state = 'waiting'
                """
            )
            try transaction.recountNeeds(runId: runId)
            let attempt = review.attempt + (review.edited == nil ? 0 : 1)
            try transaction.record(NewEvent("run.reviewed", stage: .plan, attempt: attempt), runId: runId)
            return .accepted(try transaction.runView(id: runId, includesJobs: true))
        }
    }
}

extension Transaction {
    fileprivate func reviewStanding(runId: String) throws -> ReviewStanding? {
        try query("SELECT state, review_state FROM runs WHERE id = \(runId)").first.map {
            ReviewStanding(runState: try $0.get("state"), reviewState: try $0.get("review_state"))
        }
    }

    /// Opens a new attempt of a completed plan for what a reviewer made of it.
    fileprivate func replacePlan(runId: String, attempt: Int) throws -> JobRecord? {
        try query(
            """
            UPDATE jobs j
            SET attempt = j.attempt + 1, fingerprint = NULL, reused_from = NULL, finished_at = now()
            WHERE j.run_id = \(runId) AND j.stage = 'plan' AND j.state = 'completed' AND j.attempt = \(attempt)
            RETURNING \(unescaped: JobRecord.columns)
            """
        ).first.map { try JobRecord($0) }
    }

    /// Asks for a review once the plan is there, where the run was accepted with the wish for one.
    func requestReview(runId: String, links: LinkMinter) throws {
        let changed = try execute(
            """
            UPDATE runs
            SET review_state = 'waiting', review_requested_at = now(), review_edited = NULL, review_note = NULL
            WHERE id = \(runId) AND state = 'started' AND options ->> 'review' = 'before_render'
                AND review_state IS NULL
            """
        )
        if changed == 1 { try announce(.runReviewRequested, run: runId, links: links) }
    }

    /// Lets a rerun that goes on from its parent's plan count as reviewed where the parent was.
    func inheritReview(runId: String, from parentId: String, links: LinkMinter) throws {
        try execute(
            """
            UPDATE runs r
            SET review_state = p.review_state, review_requested_at = p.review_requested_at,
                reviewed_at = p.reviewed_at, review_edited = p.review_edited, review_note = p.review_note
            FROM runs p
            WHERE r.id = \(runId) AND p.id = \(parentId) AND p.review_state = 'accepted'
                AND r.options ->> 'review' = 'before_render'
            """
        )
        try requestReview(runId: runId, links: links)
    }
}
