package import Contracts
package import Pipeline

/// A run of the same source as another one, which attaches what that one has done.
package struct NewRerun: Sendable {
    package var parentId: String
    package var tenantId: String
    package var workflow: Workflow
    /// The stages whose jobs are attached, with the attempt of the parent's job that was verified.
    package var attached: [Stage: Int]
    /// Nil keeps the parent's.
    package var style: StylePin?
    package var options: RunOptions?
    /// Stages that the client asked for by name: they are computed though a finished result may be there.
    package var afresh: Set<Stage>

    package init(
        parentId: String,
        tenantId: String,
        workflow: Workflow,
        attached: [Stage: Int],
        style: StylePin? = nil,
        options: RunOptions? = nil,
        afresh: Set<Stage> = []
    ) {
        self.parentId = parentId
        self.tenantId = tenantId
        self.workflow = workflow
        self.attached = attached
        self.style = style
        self.options = options
        self.afresh = afresh
    }
}

/// What came of a request for a rerun.
package enum RerunOutcome: Sendable, Hashable {
    case accepted(IdempotencyOutcome)
    /// The tenant has no such run.
    case notFound
    /// This stage of the parent is not any more what was verified.
    case changed(Stage)
}
