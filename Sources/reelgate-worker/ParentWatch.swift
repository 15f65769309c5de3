import Foundation
import Glibc
import ServiceLifecycle

/// Ends the worker with the process that started it, which holds the other end of standard input.
struct ParentWatch: Service {
    /// A call into a codec that does not come back must not keep the process alive.
    ///
    /// Its successor waits for the scratch folder as long.
    private static let endSecondsMax: TimeInterval = 3

    func run() async throws {
        let (ends, input) = AsyncStream<Void>.makeStream()
        // Reading blocks for the life of the process, so it has a thread of its own that is never joined.
        let thread = Thread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            input.finish()
        }
        thread.name = "parent-watch"
        thread.start()
        await withGracefulShutdownHandler {
            for await _ in ends {}
        } onGracefulShutdown: {
            input.finish()
        }
        let watchdog = Thread {
            Thread.sleep(forTimeInterval: Self.endSecondsMax)
            exit(1)
        }
        watchdog.name = "end-watch"
        watchdog.start()
    }
}
