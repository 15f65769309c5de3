import Foundation

/// What came of telling of an accepted run, as `lease_started` says.
struct StartedRun: Decodable, Sendable {
    struct Leased: Decodable, Sendable {
        let id: String
        let token: UUID
        let endpointId: String
    }

    let deliveries: [Leased]
    /// Some are left to the table.
    let isSpilled: Bool
    let payload: String?
}
