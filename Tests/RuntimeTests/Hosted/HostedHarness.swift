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
import TestSupport
import Testing
import Threads

/// A harness whose runs are transcribed by `ScribeService`, and the callbacks of that.
struct HostedHarness {
    let harness: Harness
    let service: ScribeService
    let provider: ScribeProvider

    static func make(
        _ script: ScribeService.Script = ScribeService.Script(),
        firstPollMs: Int = 20,
        unknownWaitMs: Int = 60_000,
        onSubmit: (@Sendable (Harness, ScribeService.Submitted) -> Void)? = nil
    ) async throws -> HostedHarness {
        // The service calls back into a harness that is made after it.
        let known = Locked<Harness?>(nil)
        let service = try ScribeService(script) { submitted in
            if let harness = known.withLock(\.self) { onSubmit?(harness, submitted) }
        }
        let provider = ScribeProvider(
            url: service.server.url,
            client: HTTPClient(policy: .allowPrivateNetworks),
            firstPollMs: firstPollMs,
            unknownWaitMs: unknownWaitMs
        )
        let harness = try await Harness(others: [provider]) { _, _ in .work(callbacks: 1) }
        known.withLock { $0 = harness }
        return HostedHarness(harness: harness, service: service, provider: provider)
    }

    func start() async throws -> String {
        try await harness.startRun(providers: ProviderChoice(transcription: "scribe"))
    }

    /// Puts a callback into the inbox as the API does, with the trust that its verification gave.
    @discardableResult
    static func callBack(
        _ harness: Harness,
        _ submitted: ScribeService.Submitted,
        _ body: String,
        trust: CallbackTrust = .secret
    ) async throws -> CallbackReceipt {
        let token = String(submitted.callbackUrl.split(separator: "/").last ?? "")
        let receipt = try await harness.store.receive(
            NewCallback(
                provider: "scribe",
                address: .token(digest: TaskTokens.digest(ofToken: token)),
                messageId: "sha256-\(SHA256Digest.hex(Array(body.utf8)))",
                trust: trust.rawValue,
                headersJSON: "{}",
                body: Data(body.utf8),
                bodySha256: SHA256Digest.hex(Array(body.utf8)),
                read: { _, _ in .needsLook }
            )
        )
        harness.wake.wake()
        return receipt
    }

    /// The transcription task of a run.
    func task(_ runId: String) async throws -> (id: String, settledBy: String?, attempt: Int, state: String) {
        let row = try #require(
            try await harness.database.pool.query(
                """
                SELECT id, settled_by, attempt, state FROM tasks
                WHERE run_id = \(runId) AND kind = 'transcribe'
                ORDER BY created_at DESC LIMIT 1
                """
            ).first
        )
        return (
            try row.get("id"), try row.get("settled_by"), try row.get("attempt"), try row.get("state")
        )
    }

    /// Returns when a job was started at the service.
    func firstSubmitted() async throws -> ScribeService.Submitted {
        // A request is told of before it is handled, so the stream of requests may be a moment too early.
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            if let first = service.submitted.first { return first }
            await harness.news.wait(atMostMs: 20)
        }
        throw FakeFailure.tooLate
    }

    /// Returns once the task has reached a state.
    func wait(_ runId: String, for state: String) async throws {
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            if try await harness.store.task(ofRun: runId, harness)?.rawValue == state { return }
            await harness.news.wait(atMostMs: 50)
        }
        throw FakeFailure.tooLate
    }

    /// Results of all callbacks of a run, oldest first.
    func results(_ taskId: String) async throws -> [String] {
        try await harness.database.pool.query(
            "SELECT coalesce(result, state) AS result FROM callbacks WHERE task_id = \(taskId) ORDER BY received_at"
        ).map { try $0.get("result") }
    }

    /// Returns once no callback waits.
    func applied(_ taskId: String, count: Int) async throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(Harness.waitSeconds)
        while ContinuousClock.now < deadline {
            let found = try await results(taskId)
            if found.count == count, !found.contains("stored") { return found }
            await harness.news.wait(atMostMs: 50)
        }
        throw FakeFailure.tooLate
    }

    func transcript(_ runId: String) async throws -> Transcript {
        let job = try await harness.job(runId, .transcribe)
        let record = try #require(
            try await harness.store.artifacts(runId: runId).first { $0.name.description == "transcript.json" }
        )
        #expect(job.provider == "scribe")
        let location = try #require(ArtifactLocation(parsing: record.location))
        return try await harness.artifacts.readJSON(Transcript.self, from: location, sha256: record.sha256)
    }
}

extension Store {
    fileprivate func task(ofRun runId: String, _ harness: Harness) async throws -> TaskState? {
        let rows = try await harness.database.pool.query(
            "SELECT state FROM tasks WHERE run_id = \(runId) AND kind = 'transcribe' ORDER BY created_at DESC LIMIT 1"
        )
        return try rows.first?.get("state")
    }
}
