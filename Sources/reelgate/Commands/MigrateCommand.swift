import ArgumentParser
import Foundation
import Store

/// `reelgate migrate`: brings the schema up to date and ends.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database's schema up to date. `serve` does so by itself."
    )

    @Option(name: .customLong("data-dir"), help: "Folder of the private Postgres.")
    var dataDirectory: String?

    func run() async throws {
        var settings = try Settings()
        settings.override(.dataDirectory, with: dataDirectory)
        try await GatewayStore.with(settings) { store in try await store.migrate() }
        print("the schema is up to date")
    }
}
