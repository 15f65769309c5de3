import API
import Artifacts
import Contracts
import Editorial
import Foundation
import Hummingbird
import Logging
import OutboundHTTP
import Pipeline
import Postgres
import Providers
import Runtime
import RuntimeSupport
import ServiceLifecycle
import Signatures
import Store
import StudioSupport
import Styles
import TestSupport
import Testing
import Threads

/// A gateway of one test: a database, the API on a port, a runtime, and the service that one stage is given to.
///
/// Nobody waits for a time to come: `timePasses` brings what is due later to now.
final class RunBench: Sendable {
    static let waitSeconds = 180
    static let lookMs = 40
    /// When the services' logs say that their requests came, and a few minutes.
    static let time = Date(timeIntervalSince1970: 1_796_116_200)
    private static let serverSecret = Array("a secret of the test".utf8)
    private static let linkKey = Array("a key of links".utf8)
    static let logger: Logger = {
        let isShown = ProcessInfo.processInfo.environment["REELGATE_TEST_LOG"] != nil
        return Logger(label: "run") { label -> any LogHandler in
            if isShown { return StreamLogHandler.standardError(label: label) }
            return SwiftLogNoOpLogHandler()
        }
    }()

    let setup: FakeSetup
    let fake: any FakeJobService
    let provider: any Provider
    /// What the adapter needs beside its service.
    private let helpers: [FakeService]
    let database: TestDatabase
    let store: Store
    let tenantId: String
    let client: HTTPClient
    /// Raised by whatever brings the runtime work.
    let wake = WakeSignal()
    /// The adapter's clock.
    let clock: Locked<Date>
    /// For how long the adapter wanted to wait.
    let pauses: Locked<[Int]>
    let port = Locked(0)
    private let artifacts: LocalArtifactStore
    private let folder: String
    private let pin: StylePin

    private init(_ setup: FakeSetup, isDown: Bool, database: TestDatabase) async throws {
        self.setup = setup
        self.database = database
        let client = HTTPClient(policy: .allowPrivateNetworks)
        let clock = Locked(Self.time)
        let pauses = Locked<[Int]>([])
        let made = try setup.make(
            FakeSetup.Parts(
                isDown: isDown,
                client: client,
                now: { clock.withLock(\.self) },
                pause: { milliseconds in pauses.withLock { $0.append(milliseconds) } }
            )
        )
        (self.client, self.clock, self.pauses) = (client, clock, pauses)
        (fake, provider, helpers) = (made.fake, made.provider, made.helpers)
        #expect(provider.name == setup.name && provider.submission == setup.submission)
        store = Store(pool: database.pool, links: TestLinks.minter, jitter: { 0 })
        folder =
            FileManager.default.temporaryDirectory.path(percentEncoded: false)
            + "reelgate-provider-run-\(UUID().uuidString)"
        artifacts = try LocalArtifactStore(root: folder)
        tenantId = try await store.createTenant(name: "acme \(UUID())")
        pin = try await Self.publishStyle(store)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func publishStyle(_ store: Store) async throws -> StylePin {
        let style = try BuiltInStyle.standard()
        let version = try await store.publishBuiltInStyle(
            package: style.package,
            document: style.document,
            documentJSON: style.documentJSON,
            digest: style.digest
        )
        for (sha256, data) in style.assets {
            try await store.insertStyleAsset(
                sha256: sha256,
                mediaType: "image/png",
                sizeBytes: Int64(data.count),
                location: "builtin/styles/\(sha256).png"
            )
        }
        return StylePin(package: version.package, version: version.version, digest: version.digest)
    }

    /// Runs `body` beside a gateway of its own.
    static func with(
        _ setup: FakeSetup,
        isDown: Bool = false,
        editors: EditorialRegistry = EditorialRegistry(hosted: ["fake": FakePlanner()], standard: "fake"),
        transcript: Transcript = FakeResults.transcript,
        _ body: (RunBench) async throws -> Void
    ) async throws {
        let slot = try await BenchSlots.shared.take()
        let result: Result<Void, any Error>
        do {
            let bench = try await RunBench(setup, isDown: isDown, database: slot.database)
            result = .success(try await bench.run(editors, transcript, body))
        } catch {
            result = .failure(error)
        }
        try await BenchSlots.shared.giveBack(slot)
        try result.get()
    }

    private func run(
        _ editors: EditorialRegistry,
        _ transcript: Transcript,
        _ body: (RunBench) async throws -> Void
    ) async throws {
        let audio = SilentAudio.wav(durationMs: transcript.durationMs)
        let worker = WorkerStandIn(
            studio: FakeStudio(
                store: store,
                artifacts: artifacts,
                results: FakeWork(transcript: { _ in transcript }) { _, name in
                    name == "audio.wav" ? audio : Data("no media".utf8)
                }
            )
        )
        let registry = ProviderRegistry(worker, [provider])
        try await serve(api(store, registry)) { port in
            self.port.withLock { $0 = port }
            let runtime = runtime(registry, editors, port: port)
            let work = Task { try await runtime.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(self)) } catch { result = .failure(error) }
            work.cancel()
            _ = try? await work.value
            for service in [fake.service] + helpers { service.stop() }
            // The server would wait for connections that are kept.
            client.shutdown()
            try result.get()
        }
    }

    /// The API over a store; a second one may have another.
    func api(_ store: Store, _ registry: ProviderRegistry? = nil) -> APIBuilder {
        var configuration = APIConfiguration(
            linkKey: Self.linkKey,
            sealingKey: SealingKey(SecureRandom.bytes(count: SealingKey.byteCount))
        )
        configuration.port = 0
        return APIBuilder(
            configuration: configuration,
            services: APIServices(
                store: store,
                artifacts: artifacts,
                providers: registry ?? ProviderRegistry(provider),
                callbackSecrets: CallbackSecrets(serverSecret: Self.serverSecret),
                runtimeWake: wake,
                webhookWake: WakeSignal(),
                logger: Self.logger
            )
        )
    }

    /// Serves an API on a free port for as long as `body` takes.
    func serve(_ builder: APIBuilder, _ body: (_ port: Int) async throws -> Void) async throws {
        let (ports, announced) = AsyncStream<Int>.makeStream()
        let application = builder.buildApplication { port in
            if let port { announced.yield(port) }
        }
        let group = ServiceGroup(services: [application], logger: Self.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                // A server that cannot start must not leave the test waiting for its port.
                defer { announced.finish() }
                try await group.run()
            }
            let result: Result<Void, any Error>
            do {
                let port = try #require(await ports.first { _ in true })
                result = .success(try await body(port))
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    private func runtime(
        _ registry: ProviderRegistry,
        _ editors: EditorialRegistry,
        port: Int
    ) -> PipelineRuntime {
        let base = "http://127.0.0.1:\(port)"
        var configuration = RuntimeConfiguration(gatewayURL: base)
        // Whatever brings work wakes it.
        configuration.idleMs = 2_000
        return PipelineRuntime(
            store: store,
            artifacts: artifacts,
            providers: registry,
            editorial: editors,
            sources: client,
            links: Self.links(base),
            publicLinks: Self.links(setup.linkBase ?? base),
            tokens: TaskTokens(serverSecret: Self.serverSecret),
            configuration: configuration,
            wake: wake,
            logger: Self.logger,
            jitter: { 0 }
        )
    }

    func readArtifact<Value: Decodable & Sendable>(
        _ type: Value.Type,
        _ record: ArtifactRecord
    ) async throws -> Value {
        let location = try #require(ArtifactLocation(parsing: record.location))
        return try await artifacts.readJSON(type, from: location, sha256: record.sha256)
    }

    private static func links(_ base: String) -> LinkMinter {
        LinkMinter(baseURL: base, key: linkKey, lifetimeSeconds: 600) { path, expires, key in
            LinkSignature.sign(path: path, expires: Int64(expires), key: key)
        }
    }

    /// Posts a run of an uploaded source whose stage goes to the service.
    func startRun(
        editorial: String? = nil,
        aspectRatios: [AspectRatio] = [.portrait]
    ) async throws -> String {
        let sha256 = String(repeating: "a", count: 64)
        let asset = try await store.insertAsset(
            tenantId: tenantId,
            sha256: sha256,
            sizeBytes: 10,
            location: "\(tenantId)/assets/\(sha256)"
        )
        var choice = editorial == nil ? setup.choice : ProviderChoice()
        choice.editorial = editorial
        let new = NewRun(
            tenantId: tenantId,
            workflow: .shortsV1,
            sourceAssetId: asset.id,
            sourceUrl: nil,
            style: pin,
            options: RunOptions(
                shorts: ShortsOptions(targetCount: setup.shortCount, aspectRatios: aspectRatios),
                review: .none,
                language: "en",
                providers: choice,
                reuse: true
            )
        )
        let outcome = try await store.createRun(new, claim: nil) { run in
            StoredResponse(status: 202, headers: [:], body: Data(run.id.utf8))
        }
        guard case .fresh(let response) = outcome else { throw FakeFailure.unexpected("\(outcome)") }
        wake.wake()
        return String(decoding: response.body, as: UTF8.self)
    }
}

/// Chooses the first moments of `FakeResults`: as many as the run wants.
struct FakePlanner: EditorialModel {
    let identity = "fake/1"

    func plan(_ request: EditorialRequest) async throws -> Plan {
        var plan = FakeResults.plan(request.transcript)
        plan.moments = Array(plan.moments.prefix(request.options.targetCount ?? plan.moments.count))
        return plan
    }
}
