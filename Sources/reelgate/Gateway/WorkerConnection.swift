import Foundation
import Logging
import Runtime
import Signatures

/// How the gateway reaches its media worker: one that it supervises, or one that runs elsewhere.
struct WorkerConnection: Sendable {
    let secret: WebhookSecret
    /// Nil for a worker that runs elsewhere.
    let supervisor: WorkerSupervisor?
    private let url: String?

    /// `onListening` is called whenever an own worker has come up; a process that drives no runs needs none.
    init(
        settings: Settings,
        folder: String,
        isNeeded: Bool,
        logger: Logger,
        onListening: @escaping @Sendable () -> Void
    ) throws {
        secret = try settings[.workerSecret].map { try WebhookSecret(parsing: $0) } ?? .generate()
        url = settings[.workerURL]
        if url != nil, settings[.workerSecret] == nil {
            throw Settings.Invalid(
                description: "\(Setting.workerURL.name) also needs \(Setting.workerSecret.name)"
            )
        }
        guard isNeeded, url == nil else {
            supervisor = nil
            return
        }
        let installation = Installation(settings: settings)
        for part in installation.parts where !part.isThere {
            let message = "\(part.name) is missing: \(part.remedy)"
            guard !part.isNeeded else { throw Settings.Invalid(description: message) }
            logger.warning("\(message)")
        }
        supervisor = WorkerSupervisor(
            launch: WorkerLaunch(
                executable: installation.workerPath,
                scratchFolder: "\(folder)/scratch",
                secret: secret.reveal(),
                vendorFolder: installation.vendorDirectory,
                modelFolder: settings[.modelDirectory],
                slots: settings[.workerSlots] == nil ? nil : try settings.integer(.workerSlots, in: 1...256)
            ),
            logger: logger,
            onListening: onListening
        )
    }

    /// The worker's address now; nil while none is ready.
    var endpoint: @Sendable () -> String? {
        if let supervisor { return { supervisor.endpoint } }
        let url = url
        return { url }
    }
}
