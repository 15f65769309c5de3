import ArgumentParser
import Foundation
import Logging

/// `reelgate serve`: the gateway.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the gateway: API, pipeline, webhook delivery, and a media worker beside it.",
        discussion: "Ends on SIGTERM or SIGINT; runs go on when it is started again on the same data folder."
    )

    @Option(help: "Port to listen on; 0 takes a free one.")
    var port: String?

    @Option(help: "Address to listen on.")
    var host: String?

    @Option(
        name: .customLong("data-dir"),
        help: "Folder of the private Postgres, artifacts, logs and scratch."
    )
    var dataDirectory: String?

    @Option(name: .customLong("ready-file"), help: "File that gets the gateway's address once it is ready.")
    var readyFile: String?

    func run() async throws {
        var settings = try Settings()
        settings.override(.port, with: port)
        settings.override(.host, with: host)
        settings.override(.dataDirectory, with: dataDirectory)
        let level = Logger.Level(rawValue: try settings.required(.logLevel))
        guard let level else { throw ValidationError("\(Setting.logLevel.name) names no log level") }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        // A peer that closes its connection must not end the process.
        signal(SIGPIPE, SIG_IGN)
        try await Gateway.run(settings: settings, readyFile: readyFile, logger: Logger(label: "reelgate"))
    }
}
