import Foundation
import Logging
import Signatures
import Store

/// A store for commands that do one thing with the database and end.
enum GatewayStore {
    /// Opens the database, runs `body` and closes what was opened.
    static func with(_ settings: Settings, _ body: (Store) async throws -> Void) async throws {
        let folder = try DataDirectory.prepare(settings)
        let logger = Logger(label: "reelgate") { _ in SwiftLogNoOpLogHandler() }
        let database = try await Database.open(settings: settings, dataDirectory: folder, logger: logger)
        let links = LinkMinter(baseURL: "", key: [], lifetimeSeconds: 0) { _, _, _ in "" }
        do {
            try await body(Store(pool: database.pool, links: links))
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}
