package import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
package import Signatures
import Threads

/// A media worker that speaks `contracts/provider.openapi.yaml` over HTTP and gives canned results at once.
///
/// It lives in the test's process, so it can be told to be slow, to forget and to be away, and its log is the
/// provider's truth.
package final class StandInWorker: Sendable {
    /// How one dispatched task is treated.
    package struct Treatment: Sendable {
        package var delayMs = 0
        /// How often the same report is sent; with 0 only a poll tells of the end.
        package var callbacks = 1
        /// Whether the dispatch is never answered: the connection is closed instead.
        package var losesAnswer = false

        package init(delayMs: Int = 0, callbacks: Int = 1, losesAnswer: Bool = false) {
            self.delayMs = delayMs
            self.callbacks = callbacks
            self.losesAnswer = losesAnswer
        }
    }

    package let secret = WebhookSecret.generate()
    package let log = WorkerLog()
    private let desk: WorkerDesk
    private let server: LoopbackServer

    package init(treat: @escaping @Sendable (ProviderTask) -> Treatment = { _ in Treatment() }) throws {
        let desk = WorkerDesk(secret: secret, log: log, treat: treat)
        self.desk = desk
        server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                guard let answer = desk.answer(request), connection.respond(answer) else { return }
            }
        }
    }

    package var url: String { server.url }

    /// Tasks whose work has not ended.
    package var tasksUnderWay: Int { desk.tasksUnderWay }

    /// Loses every task, those under way too, as a worker does that is killed and started again.
    package func forgetAll() { desk.forgetAll() }

    /// While it is away, connections are closed without an answer.
    package func setAway(_ isAway: Bool) { desk.setAway(isAway) }

    package func stop() {
        desk.shutdown()
        server.stop()
    }
}
