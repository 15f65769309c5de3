import Glibc
import Logging
import Runtime
import ServiceLifecycle
import UnixSignals

/// Stops the taking up of work at the first signal to end, and ends the process at the second.
///
/// Stands last among the services, so that it is the first to hear of the shutdown.
struct Farewell: Service {
    let member: GatewayMember
    let logger: Logger

    func run() async throws {
        let (member, logger) = (member, logger)
        await withGracefulShutdownHandler {
            try? await gracefulShutdown()
        } onGracefulShutdown: {
            member.startLeaving()
            logger.notice("ending: no more work is taken up; a second signal ends at once")
            // Apart from the services: it must hear of the signal whatever they do.
            Task.detached { await Self.endAtNextSignal(logger) }
        }
    }

    private static func endAtNextSignal(_ logger: Logger) async {
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            logger.warning("ended at once; others take over what was under way")
            _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
        }
    }
}
