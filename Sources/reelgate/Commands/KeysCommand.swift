import ArgumentParser
import Foundation
import Signatures
import Store

/// `reelgate keys`: makes API keys.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes API keys.",
        subcommands: [Create.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key and prints it, once; only its digest is kept.",
            discussion: "Scopes: \(scopes.joined(separator: ", ")). Without --scope the key has all but ops."
        )

        static let scopes = ["runs:read", "runs:write", "styles:write", "webhooks:write", "ops"]

        @Option(help: "Tenant that the key belongs to; made when there is none of that name.")
        var tenant = "default"

        @Option(help: "Name of the key, for people.")
        var name = "command line"

        @Option(help: "Scope of the key; may be given several times.")
        var scope: [String] = []

        @Option(help: "Word in the key that tells its environment: rg_<env>_...")
        var env = "live"

        @Option(name: .customLong("days"), help: "Days until the key expires; never when left out.")
        var days: Int?

        @Option(name: .customLong("data-dir"), help: "Folder of the private Postgres.")
        var dataDirectory: String?

        func validate() throws {
            if let unknown = scope.first(where: { !Self.scopes.contains($0) }) {
                throw ValidationError(
                    "there is no scope '\(unknown)'; there are \(Self.scopes.joined(separator: ", "))"
                )
            }
            guard env.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber) }), !env.isEmpty else {
                throw ValidationError("--env takes lower-case letters and digits")
            }
            if let days, !(1...3_650).contains(days) { throw ValidationError("--days takes 1 to 3650") }
        }

        func run() async throws {
            var settings = try Settings()
            settings.override(.dataDirectory, with: dataDirectory)
            let key = "rg_\(env)_\(SecureRandom.token(byteCount: 32))"
            let scopes = scope.isEmpty ? Self.scopes.filter { $0 != "ops" } : scope
            let expiresAt = days.map { Date().addingTimeInterval(Double($0) * 86_400) }
            try await GatewayStore.with(settings) { store in
                try await store.migrate()
                let tenantId = try await store.ensureTenant(name: tenant)
                _ = try await store.createKey(
                    tenantId: tenantId,
                    name: name,
                    digest: SHA256Digest.hash(Array(key.utf8)),
                    scopes: scopes,
                    expiresAt: expiresAt
                )
            }
            print(key)
        }
    }
}
