import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport

/// A fresh database with one tenant, and the short ways of a run through it.
struct Fixture: Sendable {
    let database: TestDatabase
    let store: Store
    let tenantId: String

    static let leaseSeconds = 30
    static let sha256 = String(repeating: "a", count: 64)
    static let style = StylePin(package: "default", version: 1, digest: Fixture.sha256)
    static let options = RunOptions(
        shorts: ShortsOptions(targetCount: 2),
        review: .none,
        language: nil,
        providers: ProviderChoice()
    )

    static func make(links: LinkMinter = TestLinks.minter) async throws -> Fixture {
        let database = try await TestDatabase.make()
        let store = Store(pool: database.pool, links: links, jitter: { 0.5 })
        return Fixture(database: database, store: store, tenantId: try await store.createTenant(name: "acme"))
    }

    func newRun(url: String = "https://example.com/talk.mp4", review: ReviewGate = .none) -> NewRun {
        var options = Self.options
        options.review = review
        return NewRun(
            tenantId: tenantId,
            workflow: .shortsV1,
            sourceAssetId: nil,
            sourceUrl: url,
            style: Self.style,
            options: options,
            metadata: ["team": "social"]
        )
    }

    func startRun(review: ReviewGate = .none) async throws -> String {
        try await start(newRun(review: review))
    }

    func start(_ run: NewRun) async throws -> String {
        let outcome = try await store.createRun(run, claim: nil, respond: Self.respond)
        guard case .fresh(let response) = outcome else { throw FixtureError.unexpected }
        return String(decoding: response.body, as: UTF8.self)
    }

    static func respond(_ run: RunView) throws -> StoredResponse {
        StoredResponse(status: 202, headers: ["location": "/v1/runs/\(run.id)"], body: Data(run.id.utf8))
    }

    func claimOne() async throws -> ClaimedJob {
        guard let job = try await store.claimJobs(limit: 1, leaseSeconds: Self.leaseSeconds).first else {
            throw FixtureError.nothingToClaim
        }
        return job
    }

    static func artifact(_ name: String) throws -> NewArtifact {
        guard let name = ArtifactName(parsing: name) else { throw FixtureError.unexpected }
        return NewArtifact(
            name: name,
            sha256: sha256,
            sizeBytes: 10,
            mediaType: name.mediaType,
            location: "x/\(name)"
        )
    }

    static func newTask(_ id: String = ResourceID.make(.task)) -> NewTask {
        let digest = Array(id.utf8.suffix(26)) + Array("digest".utf8)
        return NewTask(id: id, provider: "worker", kind: "transcode", tokenDigest: digest, deadlineMs: 60_000)
    }

    static func short(_ ordinal: Int, clip: String? = nil) -> NewOutput {
        let details = ShortDetails(
            subscores: subscores,
            reason: "a strong opening",
            transcript: ShortDetails.Words(text: "hello", words: []),
            sourceRangesMs: [],
            durationMs: 30_000,
            warnings: []
        )
        return NewOutput(
            clip: clip ?? "clip-0\(ordinal)",
            ordinal: ordinal,
            rank: ordinal,
            title: "Short \(ordinal)",
            score: 80,
            details: details,
            task: newTask()
        )
    }

    /// Completes every stage up to and without `stage`.
    func advance(to stage: Stage) async throws -> ClaimedJob {
        while true {
            for claimed in try await store.claimJobs(limit: 10, leaseSeconds: Self.leaseSeconds) {
                if claimed.job.stage == stage { return claimed }
                guard try await store.completeJob(claimed.lease, artifacts: []) else {
                    throw FixtureError.unexpected
                }
            }
        }
    }

    /// Brings a run to rendering and returns the render tasks of its shorts.
    func render(shorts count: Int) async throws -> (runId: String, tasks: [NewTask]) {
        let runId = try await startRun()
        let compose = try await advance(to: .compose)
        let shorts = (1...count).map { Self.short($0) }
        let completed = try await store.completeCompose(
            compose.lease,
            artifacts: [try Self.artifact("composition.json")],
            compositionLocation: "x",
            shorts: shorts
        )
        guard completed else { throw FixtureError.unexpected }
        return (runId, shorts.map(\.task))
    }

    func rendered(_ task: NewTask, clip: String = "clip-01", attempt: Int = 1) async throws -> Settled {
        let name = ArtifactName("rendition", clip: clip, variant: "9x16", fileExtension: "mp4")
        let artifact = NewArtifact(
            name: name,
            sha256: Self.sha256,
            sizeBytes: 10,
            mediaType: "video/mp4",
            location: "x/\(name)"
        )
        let rendition = NewRendition(
            aspectRatio: .portrait,
            artifactName: name,
            thumbnailName: nil,
            width: 1_080,
            height: 1_920,
            durationMs: 30_000
        )
        return try await store.settleTask(
            taskId: task.id,
            attempt: attempt,
            outcome: .completed(artifacts: [artifact], renditions: [rendition])
        )
    }

    func state(_ runId: String) async throws -> RunState? {
        try await store.run(tenantId: tenantId, id: runId)?.state
    }

    func job(_ runId: String, _ stage: Stage) async throws -> JobRecord {
        guard let job = try await store.jobs(runId: runId).first(where: { $0.stage == stage }) else {
            throw FixtureError.unexpected
        }
        return job
    }

    func eventTypes(_ runId: String) async throws -> [String] {
        try await store.events(runId: runId, afterSequence: 0, limit: 1_000).map(\.type)
    }

    func messageTypes() async throws -> [String] {
        try await store.messages(tenantId: tenantId, limit: 100, after: nil).data.map(\.eventType)
    }

    /// Lets all leases of a table run out.
    func expireLeases(_ table: String) async throws {
        try await database.pool.execute(
            """
            UPDATE \(unescaped: table)
            SET lease_until = now() - interval '1 second'
            WHERE lease_until IS NOT NULL
            """
        )
    }

    /// Lets all waiting be over.
    func skipDelays() async throws {
        try await database.pool.execute("UPDATE jobs SET not_before = now() WHERE state = 'pending'")
        try await database.pool.execute(
            "UPDATE tasks SET next_action_at = now() WHERE next_action_at IS NOT NULL"
        )
        try await database.pool.execute(
            "UPDATE deliveries SET next_attempt_at = now() WHERE state = 'pending'"
        )
    }
}

enum FixtureError: Error {
    case unexpected
    case nothingToClaim
}

extension Fixture {
    static let subscores = Plan.Subscores(hook: 80, standalone: 80, value: 80, shareability: 80, energy: 80)
}
