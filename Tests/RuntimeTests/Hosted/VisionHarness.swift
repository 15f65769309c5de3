import Artifacts
import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Postgres
import Providers
import Runtime
import RuntimeSupport
import Signatures
import Store
import StudioSupport
import TestSupport
import Testing
import Threads

/// A harness whose runs are framed by a hosted service, and what that service calls back with.
struct VisionHarness: Sendable {
    let harness: Harness
    let provider: any Provider
    let jobs: FakeJobs

    /// Hosted providers get links to `gateway`.
    init(_ provider: any Provider, _ jobs: FakeJobs, gateway: String = "http://gateway.test") async throws {
        self.provider = provider
        self.jobs = jobs
        harness = try await Harness(
            others: [provider],
            publicLinks: TestLinks.minter(baseURL: gateway)
        ) { _, _ in .work(callbacks: 1) }
    }

    func start() async throws -> String {
        try await harness.startRun(providers: ProviderChoice(vision: provider.name))
    }

    /// The job number `count` at the service, once it is there.
    func job(_ count: Int = 1) async throws -> FakeJob {
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            let all = jobs.all
            if all.count >= count { return all[count - 1] }
            await harness.news.wait(atMostMs: 20)
        }
        throw FakeFailure.tooLate
    }

    /// Verifies a callback and puts it into the inbox, as the API does; nil where it is not believed.
    @discardableResult
    func callBack(_ callback: FakeCallback?) async throws -> CallbackReceipt? {
        let callback = try #require(callback)
        let body = Array(callback.body.utf8)
        let incoming = IncomingCallback(headers: CallbackHeaders(callback.headers), body: body)
        guard case .verified(let messageId, let trust) = await provider.verify(incoming) else { return nil }
        let token = String(callback.url.split(separator: "/").last ?? "")
        let receipt = try await harness.store.receive(
            NewCallback(
                provider: provider.name,
                address: provider.subject(ofCallback: body).map { NewCallback.Address.external(id: $0) }
                    ?? .token(digest: TaskTokens.digest(ofToken: token)),
                messageId: messageId,
                trust: trust.rawValue,
                headersJSON: "{}",
                body: Data(body),
                bodySha256: SHA256Digest.hex(body),
                read: { _, _ in .needsLook }
            )
        )
        harness.wake.wake()
        return receipt
    }

    struct Task {
        var id: String
        var state: String
        var attempt: Int
        var settledBy: String?
    }

    func task(_ runId: String) async throws -> Task {
        let row = try #require(
            try await harness.database.pool.query(
                """
                SELECT id, state, attempt, settled_by FROM tasks
                WHERE run_id = \(runId) AND kind = 'framing'
                ORDER BY created_at DESC LIMIT 1
                """
            ).first
        )
        return Task(
            id: try row.get("id"),
            state: try row.get("state"),
            attempt: try row.get("attempt"),
            settledBy: try row.get("settled_by")
        )
    }

    /// Has the task asked about until the run has ended, as the clock would in time.
    func asked(_ runId: String) async throws -> RunView {
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            let run = try #require(
                try await harness.store.runView(tenantId: harness.tenantId, id: runId)
            )
            if !["started", "analysis_complete"].contains(run.state) { return run }
            if !jobs.all.isEmpty {
                try await harness.store.askAbout(taskId: try await task(runId).id)
                harness.wake.wake()
            }
            await harness.news.wait(atMostMs: 100)
        }
        throw FakeFailure.tooLate
    }

    /// The job that the service is given in place of one that it lost.
    func regiven(_ runId: String, after lost: FakeJob) async throws -> FakeJob {
        jobs.remove(lost.id)
        let taskId = try await task(runId).id
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            if let job = jobs.all.first { return job }
            try await harness.store.askAbout(taskId: taskId)
            harness.wake.wake()
            await harness.news.wait(atMostMs: 50)
        }
        throw FakeFailure.tooLate
    }

    /// Results of the task's callbacks once none waits.
    func results(_ taskId: String, count: Int) async throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            let found: [String] = try await harness.database.pool.query(
                """
                SELECT coalesce(result, state) AS result FROM callbacks
                WHERE task_id = \(taskId) ORDER BY received_at
                """
            ).map { try $0.get("result") }
            if found.count == count, !found.contains("stored") { return found }
            await harness.news.wait(atMostMs: 50)
        }
        throw FakeFailure.tooLate
    }

    /// The framing of a clip, as later stages read it.
    func framing(_ runId: String, _ clip: String) async throws -> Framing {
        let record = try #require(
            try await harness.store.artifacts(runId: runId).first {
                $0.name.description == "framing/\(clip).json"
            }
        )
        let location = try #require(ArtifactLocation(parsing: record.location))
        return try await harness.artifacts.readJSON(Framing.self, from: location, sha256: record.sha256)
    }
}
