/// One thing that must work before this gateway takes traffic.
package struct ReadinessCheck: Sendable {
    /// Name in the answer of `/readyz`: `database`, `storage`, `worker`.
    package let name: String
    /// Throws or returns false while the thing does not work.
    package let isReady: @Sendable () async throws -> Bool

    package init(_ name: String, isReady: @escaping @Sendable () async throws -> Bool) {
        self.name = name
        self.isReady = isReady
    }
}
