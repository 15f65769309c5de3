import Foundation
import Postgres

extension Store {
    /// The database's own id, which stays as long as it does.
    package func databaseId() async throws -> String {
        let rows = try await pool.query("SELECT id FROM database_identity")
        return try rows[0].get("id", as: UUID.self).uuidString.lowercased()
    }
}
