import ArgumentParser
import Pipeline

/// `reelgate workflow show`: the graph as a table, stage by stage.
struct WorkflowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Shows the stages of a workflow.",
        subcommands: [Show.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints each stage with what it requires, publishes, and who does it."
        )

        @Argument(help: "Name of the workflow.")
        var name = Workflow.shortsV1.name

        func run() async throws {
            guard let workflow = Workflow.named(name) else {
                throw ValidationError("there is no workflow '\(name)'; there is '\(Workflow.shortsV1.name)'")
            }
            var table = TextTable(columns: ["#", "stage", "group", "requires", "publishes", "done by"])
            for definition in workflow.stages {
                table.add([
                    workflow.number(of: definition.stage) ?? "",
                    definition.stage.rawValue,
                    definition.group.rawValue,
                    definition.requires.isEmpty
                        ? "-" : definition.requires.map(\.rawValue).joined(separator: ", "),
                    definition.publishes.map(\.rawValue).joined(separator: ", "),
                    definition.performer.rawValue,
                ])
            }
            print("workflow \(workflow.name)\n")
            print(table.text)
        }
    }
}
