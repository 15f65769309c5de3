import ArgumentParser
import Contracts
import Foundation
import Store
import Styles

/// `reelgate styles`: publishes the styles of a tenant.
struct StylesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "styles",
        abstract: "Publishes styles.",
        subcommands: [Publish.self]
    )

    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes a style with the pictures and the music that it pins, as its next version.",
            discussion: """
                The document is as contracts/style.schema.json says; it names its files by their SHA-256. A style that asks
                for a font that is not installed, or for a file that is not given or cannot be used, is refused as a whole.
                """
        )

        @Argument(help: "Name of the package: lower-case letters, digits and hyphens.")
        var package: String

        @Argument(help: "The style's document.")
        var document: String

        @Option(help: "A PNG or an audio file that the document pins; may be given several times.")
        var file: [String] = []

        @Option(help: "Tenant whose style it is.")
        var tenant = "default"

        @Option(name: .customLong("data-dir"), help: "Folder of the private Postgres.")
        var dataDirectory: String?

        func validate() throws {
            guard package.wholeMatch(of: /[a-z0-9][a-z0-9\-]{0,62}/) != nil, package != "default" else {
                throw ValidationError(
                    "a package's name has up to 63 lower-case letters, digits and hyphens, and 'default' is taken"
                )
            }
        }

        func run() async throws {
            var settings = try Settings()
            settings.override(.dataDirectory, with: dataDirectory)
            let json = Data(try InputFile.read(document, what: "the style's document"))
            let folder = try DataDirectory.prepare(settings)
            let worker = Installation(settings: settings).workerPath
            var published: StyleVersionView?
            do {
                try await GatewayStore.with(settings) { store in
                    try await store.migrate()
                    let publisher = StylePublisher(
                        store: store,
                        artifacts: try settings.artifactStore(dataDirectory: folder),
                        fonts: .installed,
                        fault: { try StyleFileProgram(path: worker).fault($0, file: $1) }
                    )
                    published = try await publisher.publish(
                        tenantId: try await store.ensureTenant(name: tenant),
                        package: package,
                        document: json,
                        files: file
                    )
                }
            } catch let problem as Problem {
                throw ValidationError(problem.detail)
            }
            if let published { print("\(published.package) \(published.version) \(published.digest)") }
        }
    }
}
