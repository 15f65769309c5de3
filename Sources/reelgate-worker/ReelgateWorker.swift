import ArgumentParser
import Foundation
import Glibc
import Logging
import MediaWorker
import ServiceLifecycle
import UnixSignals

/// The embedded provider as a process of its own: a crash in a codec ends it and nothing else.
struct ReelgateWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reelgate-worker",
        abstract: "Does the media work of a Reelgate gateway.",
        discussion: """
            Reads REELGATE_WORKER_SECRET (needed), REELGATE_VENDOR_DIR and REELGATE_MODEL_DIR. Prints \
            {"listening": PORT} on standard output when it takes tasks. Ends when its standard input ends.
            """
    )

    @Option(help: "Port to listen on at 127.0.0.1; 0 takes a free one.")
    var port = 0

    @Option(help: "Folder for downloads and for what tasks write.")
    var scratch: String

    @Option(help: "Tasks that run at once; the number of cores when left out.")
    var slots: Int?

    @Option(help: "The gateway's address, as http://127.0.0.1:8787; other private addresses are not called.")
    var gateway: String?

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("the port must be 0 to 65535") }
        guard slots.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("the slots must be 1 to 256")
        }
        if let gateway, !gateway.hasPrefix("http://"), !gateway.hasPrefix("https://") {
            throw ValidationError("the gateway must be an http or https address")
        }
    }

    func run() async throws {
        // A peer that hangs up must not end the process.
        signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let logger = Logger(label: "reelgate-worker")
        let environment = try WorkerEnvironment.take()
        var configuration = WorkerConfiguration(
            scratchPath: URL(filePath: scratch).path(percentEncoded: false),
            slots: slots ?? ProcessInfo.processInfo.activeProcessorCount,
            gateway: gateway,
            secret: environment.secret
        )
        configuration.port = port
        let engines = EmbeddedEngines(
            vendorPath: environment.vendorPath,
            modelPath: environment.modelPath,
            scratchPath: configuration.scratchPath,
            processCount: configuration.slots,
            logger: logger
        )
        let worker = try WorkerService(
            configuration: configuration,
            handlers: engines.handlers,
            logger: logger,
            onListening: { port in
                FileHandle.standardOutput.write(Data("{\"listening\": \(port)}\n".utf8))
            }
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    ServiceGroupConfiguration.ServiceConfiguration(service: engines),
                    ServiceGroupConfiguration.ServiceConfiguration(service: worker),
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: ParentWatch(),
                        successTerminationBehavior: .gracefullyShutdownGroup
                    ),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }
}
