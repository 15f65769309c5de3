import Artifacts
import Foundation
import Logging
import Store
import Threads

/// Forgets what is kept for a limited time only.
struct Housekeeper: Sendable {
    let store: Store
    let artifacts: any ArtifactStore
    let policy: RetentionPolicy
    let logger: Logger
    let now: @Sendable () -> Date
    /// Where the walk through the store's files goes on; nil is its beginning.
    private let mark = Locked<String?>(nil)
    /// Where the walk through the old messages goes on; nil is its beginning.
    let messagesMark = Locked<String?>(nil)

    private static let pause = Duration.seconds(15 * 60)
    /// A file without a record may belong to an upload that is under way; after a day it does not.
    static let leftoverSecondsMin = 86_400.0
    static let runsPerPassMax = 500
    static let runsPerStepMax = 50
    static let messagesPerPassMax = 100_000
    static let messagesPerStepMax = 1_000
    static let filesPerPassMax = 10_000
    static let filesPerStepMax = 500
    static let heldPerPassMax = 50_000
    static let heldPerStepMax = 1000
    static let deletedPerPassMax = 500_000
    static let deletedPerStepMax = 1_000
    /// Of deliveries and their attempts, which go with a message or an endpoint.
    static let rowsPerStepMax = 10_000

    init(
        store: Store,
        artifacts: any ArtifactStore,
        policy: RetentionPolicy,
        logger: Logger,
        now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.artifacts = artifacts
        self.policy = policy
        self.logger = logger
        self.now = now
    }

    /// Tidies up now and every quarter of an hour, until it is cancelled.
    func keep() async {
        repeat {
            await tidy()
        } while (try? await Task.sleep(for: Self.pause)) != nil
    }

    /// One pass; what fails is told and left to the next one.
    func tidy() async {
        await attempt("daily tables") { try await keepTables() }
        await attempt("artifacts of ended runs") { try await removeArtifacts() }
        await attempt("removed artifacts") { try await eraseArtifacts() }
        await attempt("leftover files") { try await sweep() }
        await attempt("unfinished files") { try await dropUnfinished() }
        await attempt("held webhooks") { try await expireHeld() }
        await attempt("deliveries of deleted endpoints") { try await removeDeletedEndpoints() }
        await attempt("payloads of old messages") { try await removePayloads() }
        await attempt("old messages") { try await removeMessages() }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
            return
        } catch {
            logger.warning("\(what) could not be tidied up", metadata: ["error": "\(error)"])
        }
    }

    private func keepTables() async throws {
        let report = try await store.keepPartitions(policy)
        if report.held > 0 {
            logger.warning(
                "rows wait in a default table: too many to move",
                metadata: ["rows": "\(report.held)"]
            )
        }
        for failure in report.failures {
            logger.warning("a daily table could not be kept", metadata: ["error": "\(failure)"])
        }
        guard report.made + report.dropped + report.moved > 0 else { return }
        logger.info(
            "daily tables kept",
            metadata: [
                "made": "\(report.made)", "dropped": "\(report.dropped)", "moved_rows": "\(report.moved)",
            ]
        )
    }

    private func removeArtifacts() async throws {
        var (runs, marked) = (0, 0)
        while runs < Self.runsPerPassMax {
            let step = try await store.removeArtifacts(
                ofRunsEndedDaysAgo: policy.artifactsDays,
                runsMax: Self.runsPerStepMax
            )
            guard step.runs > 0 else { break }
            runs += step.runs
            marked += step.artifacts
        }
        if marked > 0 { logger.info("artifacts removed", metadata: ["artifacts": "\(marked)"]) }
    }

    private func eraseArtifacts() async throws {
        for _ in 0..<(Self.filesPerPassMax / Self.filesPerStepMax) {
            let paths = try await store.erasableLocations(limit: Self.filesPerStepMax)
            guard !paths.isEmpty else { return }
            for location in paths.compactMap(ArtifactLocation.init(parsing:)) {
                try await artifacts.delete(location)
            }
            try await store.noteErased(paths)
        }
    }

    /// Drops what was begun and never ended, as by a gateway that died in the middle of an upload.
    private func dropUnfinished() async throws {
        let latest = now().addingTimeInterval(-Self.leftoverSecondsMin)
        let dropped = try await artifacts.removeUnfinished(since: latest)
        if dropped > 0 { logger.notice("unfinished files dropped", metadata: ["files": "\(dropped)"]) }
    }

    /// Removes files that no record names, a part of the store in each pass.
    private func sweep() async throws {
        let latest = now().addingTimeInterval(-Self.leftoverSecondsMin)
        var removed = 0
        for _ in 0..<(Self.filesPerPassMax / Self.filesPerStepMax) {
            let after = mark.withLock(\.self)
            let files = try await artifacts.files(after: after, limit: Self.filesPerStepMax)
            let old = files.filter { $0.modifiedAt < latest }.map(\.location.path)
            for path in try await store.unreferenced(old) {
                guard let location = ArtifactLocation(parsing: path) else { continue }
                if try await artifacts.remove(location, unlessChangedSince: latest) { removed += 1 }
            }
            let next = files.count < Self.filesPerStepMax ? nil : files.last?.location.path
            mark.withLock { $0 = next }
            if next == nil { break }
        }
        if removed > 0 { logger.notice("leftover files removed", metadata: ["files": "\(removed)"]) }
    }
}
