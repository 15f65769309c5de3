package import Contracts
import Foundation
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import Threads

/// The embedded provider: takes signed tasks over HTTP, runs them and reports back.
package final class WorkerService: Service {
    private let configuration: WorkerConfiguration
    private let scratch: ScratchFolder
    private let transfers: Transfers
    private let pool: ThreadPool
    private let queue: TaskQueue
    private let kinds: [String]
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// `onListening` is told the port once requests are taken.
    package init(
        configuration: WorkerConfiguration,
        handlers: [ProviderTask.Kind: any TaskHandler],
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        kinds = handlers.keys.map(\.rawValue).sorted()
        scratch = try ScratchFolder(path: configuration.scratchPath)
        transfers = Transfers(gateway: configuration.gateway, retries: configuration.retries)
        // One thread more than slots, for hashing and clean-up beside the work.
        pool = ThreadPool(name: "worker", threadCount: configuration.slots + 1)
        let cache = try InputCache(
            folder: scratch.cachePath,
            bytesMax: configuration.cacheBytesMax,
            transfers: transfers,
            pool: pool
        )
        let tools = WorkerTools(
            cache: cache,
            transfers: transfers,
            pool: pool,
            meter: UsageMeter(),
            tasksPath: scratch.tasksPath,
            logger: logger
        )
        let runner = TaskRunner(handlers: handlers, tools: tools)
        let callbacks = CallbackSender(transfers: transfers, secret: configuration.secret, logger: logger)
        queue = TaskQueue(
            slots: configuration.slots,
            queuedMax: configuration.queuedMax,
            rememberedMax: configuration.rememberedMax,
            execute: { await runner.run($0) },
            announce: { await callbacks.send($1, of: $0) }
        )
    }

    package func run() async throws {
        let router = Router()
        router.add(middleware: ProblemRenderer())
        let controller = TaskController(queue: queue, slots: configuration.slots, kinds: kinds)
        controller.addRoutes(
            to: router,
            gate: SignatureGate(
                secret: configuration.secret,
                now: { Int64(Date().timeIntervalSince1970) }
            )
        )
        let onListening = onListening
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port)
            ),
            services: [queue],
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        defer {
            transfers.shutdown()
            pool.shutdown()
        }
        try await application.run()
    }
}
