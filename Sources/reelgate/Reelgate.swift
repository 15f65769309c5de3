import ArgumentParser

/// The `reelgate` program: the gateway and the tools around it.
@main
struct Reelgate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reelgate",
        abstract:
            "Turns long video into ready-to-post short clips; a signed webhook says when they are ready.",
        discussion: """
            Settings come from the environment (REELGATE_...), then from the file that REELGATE_CONFIG_FILE names,
            then from their defaults; `reelgate config` lists them all.
            """,
        version: Self.releaseVersion,
        subcommands: [
            ServeCommand.self, MigrateCommand.self, KeysCommand.self, RunsCommand.self, WebhooksCommand.self,
            StylesCommand.self, WorkflowCommand.self, ConfigCommand.self, DoctorCommand.self,
        ]
    )

    static let releaseVersion = "0.1.0"
}
