import Contracts
import Store

/// Finds the exact version of a style that a run pins.
struct StylePins: Sendable {
    private struct Asked: Hashable {
        let tenantId: String
        let package: String
        let version: StyleReference?
    }

    private static let countMax = 1_000

    let store: Store
    private let known: BriefCache<Asked, StylePin>

    init(store: Store) {
        self.store = store
        known = BriefCache(countMax: Self.countMax)
    }

    /// Nil when the tenant may use no such version; one that was published a moment ago may be missed for a second.
    func pin(tenantId: String, package: String, version: StyleReference?) async throws -> StylePin? {
        try await known.value(Asked(tenantId: tenantId, package: package, version: version)) {
            try await store.stylePin(tenantId: tenantId, package: package, version: version)
        }
    }
}
