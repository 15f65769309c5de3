import Contracts
import Foundation
import OutboundHTTP
import ServiceLifecycle
import Threads

/// Follows the feed until it is told to stop, and writes a line for each event that it hands on.
struct EventListener: Service {
    /// The place from which only what is yet to come is shown.
    static let end = "end"

    private let feed: GatewayFeed
    private let forwarder: EventForwarder
    private let start: String
    private let countMax: Int?
    private let write: @Sendable (Data) -> Void
    private let failed = Locked(false)

    init(
        feed: GatewayFeed,
        forwarder: EventForwarder,
        start: String,
        countMax: Int?,
        write: @escaping @Sendable (Data) -> Void
    ) {
        self.feed = feed
        self.forwarder = forwarder
        self.start = start
        self.countMax = countMax
        self.write = write
    }

    /// Whether an event did not get a 2xx where it was sent.
    var hasFailed: Bool { failed.withLock(\.self) }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await FeedFollower { try await feed.next(after: $0) }
                    .follow(after: start, countMax: countMax) { event in
                        let line = await forwarder.forward(event)
                        write(try WireJSON.encode(line))
                        if !line.isFine { failed.withLock { $0 = true } }
                    }
            }
        } catch is CancellationError {
            return
        } catch let error as TransferError where error.code == .cancelled {
            return
        }
    }
}
