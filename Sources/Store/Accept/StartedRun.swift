import Foundation

/// What came of telling of an accepted run, as `lease_started` says.
struct StartedRun: Decodable, Sendable {
    struct Leased: Decodable, Sendable {
        let id: String
        let token: UUID
        let endpointId: String
    }

    let deliveries: [Leased]
    /// Endpoints whose deliveries are left to the table.
    let spilled: [String]
    let payload: String?
}
