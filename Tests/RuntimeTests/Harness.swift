import Artifacts
import Contracts
import Editorial
import Foundation
import Logging
import OutboundHTTP
import Pipeline
import Providers
import Runtime
import RuntimeSupport
import Signatures
import Store
import Styles
import TestSupport
import Testing
import Threads

/// A database, an artifact folder, a scripted provider and a runtime between them.
final class Harness: Sendable {
    let database: TestDatabase
    let store: Store
    let artifacts: LocalArtifactStore
    let provider: FakeProvider
    /// Providers beside it, which runs may choose.
    let others: [any Provider]
    private let editors: EditorialRegistry
    private let leaseSeconds: Int?
    private let limits: [String: ProviderLimits]
    /// Where hosted providers fetch files.
    private let publicLinks: LinkMinter?
    let tenantId: String
    let pin: StylePin
    let wake = WakeSignal()
    /// Raised at every commit of the runtime.
    let news = WakeSignal()
    let tokens = TaskTokens(serverSecret: Array("a secret of the test".utf8))
    private let folder: String
    private let sources: HTTPClient

    static let waitSeconds = 300

    init(
        deadlineMs: Int = 600_000,
        submission: Submission = .idempotent,
        unknownWaitMs: Int = 100,
        pollTrouble: @escaping @Sendable (_ taskId: String, _ polls: Int) -> PollResult? = { _, _ in nil },
        others: [any Provider] = [],
        editors: EditorialRegistry = EditorialRegistry(hosted: ["fake": FakeEditorial()], standard: "fake"),
        leaseSeconds: Int? = nil,
        limits: [String: ProviderLimits] = [:],
        publicLinks: LinkMinter? = nil,
        sourcePolicy: AddressPolicy = .allowPrivateNetworks,
        spoil: @escaping @Sendable (ProviderTask, inout [String: Data]) throws -> Void = { _, _ in },
        script: @escaping @Sendable (_ task: ProviderTask, _ dispatches: Int) -> FakeProvider.Step
    ) async throws {
        database = try await TestDatabase.make()
        store = Store(pool: database.pool, links: TestLinks.minter, jitter: { 0 })
        folder =
            FileManager.default.temporaryDirectory.path(percentEncoded: false)
            + "reelgate-runtime-\(UUID().uuidString)"
        artifacts = try LocalArtifactStore(root: folder)
        sources = HTTPClient(policy: sourcePolicy)
        let studio = FakeStudio(store: store, artifacts: artifacts, spoil: spoil)
        provider = FakeProvider(
            studio: studio,
            wake: wake,
            deadlineMs: deadlineMs,
            submission: submission,
            unknownWaitMs: unknownWaitMs,
            pollTrouble: pollTrouble,
            script: script
        )
        self.others = others
        self.editors = editors
        self.leaseSeconds = leaseSeconds
        self.limits = limits
        self.publicLinks = publicLinks
        wake.relay { [news] in news.wakeHere() }
        tenantId = try await store.createTenant(name: "acme")
        let style = try BuiltInStyle.standard()
        let version = try await store.publishBuiltInStyle(
            package: style.package,
            document: style.document,
            documentJSON: style.documentJSON,
            digest: style.digest
        )
        pin = StylePin(package: version.package, version: version.version, digest: version.digest)
        for (sha256, data) in style.assets {
            try await store.insertStyleAsset(
                sha256: sha256,
                mediaType: "image/png",
                sizeBytes: Int64(data.count),
                location: "builtin/styles/\(sha256).png"
            )
        }
    }

    deinit {
        sources.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func runtime() -> PipelineRuntime {
        var configuration = RuntimeConfiguration(gatewayURL: "http://127.0.0.1:1")
        configuration.idleMs = 50
        configuration.resultPauseMs = 10
        configuration.jobLeaseSeconds = leaseSeconds ?? configuration.jobLeaseSeconds
        var logger = Logger(label: "runtime") { _ in SwiftLogNoOpLogHandler() }
        if ProcessInfo.processInfo.environment["REELGATE_TEST_LOG"] != nil {
            logger = Logger(label: "runtime", factory: { StreamLogHandler.standardError(label: $0) })
        }
        return PipelineRuntime(
            store: store,
            artifacts: artifacts,
            providers: ProviderRegistry(provider, others, limits: limits),
            editorial: editors,
            sources: sources,
            links: TestLinks.minter,
            publicLinks: publicLinks,
            tokens: tokens,
            configuration: configuration,
            wake: wake,
            logger: logger,
            jitter: { 0 }
        )
    }

    /// Runs `body` beside a runtime, which stops afterwards.
    func serving<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        let runtime = runtime()
        let task = Task { try await runtime.run() }
        do {
            let result = try await body()
            task.cancel()
            try await task.value
            return result
        } catch {
            task.cancel()
            try? await task.value
            throw error
        }
    }

    /// Posts a run of an uploaded asset, or of a URL.
    func startRun(
        url: String? = nil,
        ratios: [AspectRatio] = [.portrait, .square],
        providers: ProviderChoice = ProviderChoice(),
        reuse: Bool = true,
        tenant: String? = nil,
        review: ReviewGate = .none,
        language: String? = nil,
        provided: ProvidedInput? = nil,
        style: StylePin? = nil
    ) async throws -> String {
        let tenantId = tenant ?? tenantId
        var assetId: String?
        if url == nil {
            let sha256 = String(repeating: "a", count: 64)
            assetId = try await store.insertAsset(
                tenantId: tenantId,
                sha256: sha256,
                sizeBytes: 10,
                location: "\(tenantId)/assets/\(sha256)"
            ).id
        }
        let options = RunOptions(
            shorts: ShortsOptions(targetCount: 2, aspectRatios: ratios),
            review: review,
            language: language,
            providers: providers,
            reuse: reuse
        )
        let new = NewRun(
            tenantId: tenantId,
            workflow: .shortsV1,
            sourceAssetId: assetId,
            sourceUrl: url,
            style: style ?? pin,
            options: options,
            provided: provided
        )
        let outcome = try await store.createRun(new, claim: nil) { run in
            StoredResponse(status: 202, headers: [:], body: Data(run.id.utf8))
        }
        guard case .fresh(let response) = outcome else { throw FakeFailure.unexpected("\(outcome)") }
        wake.wake()
        return String(decoding: response.body, as: UTF8.self)
    }

    /// The run once it has ended; a commit of the runtime ends each wait for it.
    func ended(_ runId: String, tenant: String? = nil) async throws -> RunView {
        let deadline = ContinuousClock.now + .seconds(Self.waitSeconds)
        while ContinuousClock.now < deadline {
            let run = try #require(try await store.runView(tenantId: tenant ?? tenantId, id: runId))
            if !["started", "analysis_complete"].contains(run.state) { return run }
            await news.wait(atMostMs: 1_000)
        }
        throw FakeFailure.tooLate
    }

    func job(_ runId: String, _ stage: Stage) async throws -> JobRecord {
        try #require(try await store.jobs(runId: runId).first { $0.stage == stage })
    }

    /// How often each kind of work came to the provider.
    func dispatches() -> [ProviderTask.Kind: Int] {
        Dictionary(grouping: provider.submitted, by: \.kind).mapValues(\.count)
    }

    func eventTypes(_ runId: String, _ type: String) async throws -> Int {
        try await store.events(runId: runId, afterSequence: 0, limit: 1_000).count { $0.type == type }
    }
}
