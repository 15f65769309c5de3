import Artifacts
import Threads

/// Whether the artifact store takes writes; what was found is believed for a while, since a bucket takes money for it.
struct StorageCheck: Sendable {
    private static let believed = Duration.seconds(20)

    let artifacts: any ArtifactStore
    private let lastGoodAt = Locked<ContinuousClock.Instant?>(nil)

    init(artifacts: any ArtifactStore) { self.artifacts = artifacts }

    func check() async throws {
        let now = ContinuousClock.now
        if let last = lastGoodAt.withLock(\.self), now - last < Self.believed { return }
        try await artifacts.probe()
        lastGoodAt.withLock { $0 = now }
    }
}
