/// A named graph of stages.
///
/// The graph is data: everything else asks it.
package struct Workflow: Sendable, Hashable {
    package let name: String
    /// In the order of their numbers, 01 first.
    package let stages: [StageDefinition]

    /// Checks the graph while it is loaded.
    package init(name: String, stages: [StageDefinition]) throws(WorkflowError) {
        self.name = name
        self.stages = stages
        var seen: Set<Stage> = []
        for definition in stages {
            guard !seen.contains(definition.stage) else { throw .duplicateStage(definition.stage) }
            // A stage may only require what stands before it, so the list order proves that there is no cycle.
            for required in definition.requires where !seen.contains(required) {
                throw .requiresUnknownOrLater(stage: definition.stage, required: required)
            }
            guard !definition.publishes.isEmpty else { throw .publishesNothing(definition.stage) }
            seen.insert(definition.stage)
        }
    }

    /// The definition of `stage`, or nil when the workflow has no such stage.
    package func definition(of stage: Stage) -> StageDefinition? {
        stages.first { $0.stage == stage }
    }

    /// The two-digit number that people know a stage by, `01` first.
    package func number(of stage: Stage) -> String? {
        guard let index = stages.firstIndex(where: { $0.stage == stage }) else { return nil }
        return index < 9 ? "0\(index + 1)" : "\(index + 1)"
    }

    /// `stage` and everything that depends on it, in workflow order.
    package func subtree(of stage: Stage) -> [Stage] {
        var reached: Set<Stage> = [stage]
        for definition in stages where definition.requires.contains(where: reached.contains) {
            reached.insert(definition.stage)
        }
        return stages.map(\.stage).filter(reached.contains)
    }

    /// Everything that `stage` needs, directly or through others, in workflow order.
    package func ancestors(of stage: Stage) -> [Stage] {
        var needed: Set<Stage> = [stage]
        for definition in stages.reversed() where needed.contains(definition.stage) {
            needed.formUnion(definition.requires)
        }
        return stages.map(\.stage).filter { needed.contains($0) && $0 != stage }
    }

    /// The stages that may start once `completed` are done and `started` are under way.
    package func ready(completed: Set<Stage>, started: Set<Stage> = []) -> [Stage] {
        stages.filter { definition in
            !completed.contains(definition.stage) && !started.contains(definition.stage)
                && definition.requires.allSatisfy(completed.contains)
        }
        .map(\.stage)
    }
}

/// Why a graph was refused.
package enum WorkflowError: Error, Equatable, Sendable {
    case duplicateStage(Stage)
    case requiresUnknownOrLater(stage: Stage, required: Stage)
    case publishesNothing(Stage)
}
