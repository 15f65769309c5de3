import Contracts
package import Pipeline

/// The current plan of a run, with what a review is held against.
package struct PlanSubject: Sendable, Hashable {
    package let run: RunRecord
    package let standing: ReviewStanding
    package let job: JobRecord
    /// Of the current attempts: the plan, the transcript and the segments among them.
    package let artifacts: [ArtifactRecord]

    package func artifact(_ stage: Stage, _ kind: String) -> ArtifactRecord? {
        artifacts.first { $0.stage == stage && $0.name.description == "\(kind).json" }
    }
}
