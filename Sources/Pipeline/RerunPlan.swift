/// Which stages of a rerun run anew, and which are attached from its parent.
package struct RerunPlan: Sendable, Hashable {
    /// Why a rerun cannot enter where it is asked to, and where it can.
    package struct Refusal: Error, Sendable, Hashable {
        package enum Reason: Sendable, Hashable {
            /// The parent has not completed a stage that the entry needs.
            case notCompleted
            /// What the stage has published is gone or has changed.
            case gone
        }

        package let stage: Stage
        package let reason: Reason
        /// The latest stage from which the rerun is possible.
        package let wayOut: Stage
    }

    package let runs: Set<Stage>
    package let attached: Set<Stage>

    /// Plans a rerun from `entries`, given what the parent has completed and what of that is `gone`.
    ///
    /// A stage beside the entries that the parent has not completed runs as well, with all that depends on it.
    package init(
        _ workflow: Workflow,
        entries: Set<Stage>,
        completed: Set<Stage>,
        gone: Set<Stage>
    ) throws(Refusal) {
        let entries = Self.canonical(entries)
        let order = workflow.stages.map(\.stage)
        let asked = Set(entries.flatMap(workflow.subtree(of:)))
        let needed = Set(entries.flatMap(workflow.ancestors(of:))).subtracting(asked)
        let incomplete = order.filter { !asked.contains($0) && !completed.contains($0) }
        runs = asked.union(incomplete.flatMap(workflow.subtree(of:)))
        attached = Set(order).subtracting(runs)
        let missing = incomplete.first { needed.contains($0) }
        guard let stage = missing ?? order.first(where: { attached.contains($0) && gone.contains($0) })
        else { return }
        let wayOut = order.last { candidate in
            let redone = Set(workflow.subtree(of: candidate))
            return candidate != .render && redone.isSuperset(of: asked)
                && workflow.ancestors(of: candidate).allSatisfy(completed.contains)
                && gone.intersection(completed).isSubset(of: redone)
        }
        throw Refusal(
            stage: stage,
            reason: missing == nil ? .gone : .notCompleted,
            wayOut: wayOut ?? order.first ?? .transcode
        )
    }

    /// The stages that a rerun attaches when its parent has completed everything: those that are to be verified.
    package static func kept(_ workflow: Workflow, entries: Set<Stage>) -> Set<Stage> {
        Set(workflow.stages.map(\.stage)).subtracting(canonical(entries).flatMap(workflow.subtree(of:)))
    }

    /// Shorts are made by `compose`, so a rerun of `render` enters there.
    package static func canonical(_ entries: Set<Stage>) -> Set<Stage> {
        Set(entries.map { $0 == .render ? .compose : $0 })
    }
}
