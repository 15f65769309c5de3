package import Contracts

/// Chooses the moments of a source that are worth a short.
package protocol EditorialModel: Sendable {
    /// Provider and model, as `embedded/scorer-1`; part of the plan's fingerprint.
    var identity: String { get }

    /// The moments, best first. Throws `Problem(.noMoments)` when there is none.
    func plan(_ request: EditorialRequest) async throws -> Plan
}
