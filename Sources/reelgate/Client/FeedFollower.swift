import Contracts
import Foundation

/// Follows the feed of a tenant from a place on, also over restarts of the gateway.
struct FeedFollower: Sendable {
    /// A gateway that is away is waited for.
    static let outageSecondsMax = 120.0

    /// Fetches the page after a place, and waits for one that has something.
    let fetch: @Sendable (_ after: String) async throws -> FeedPage
    let pause: @Sendable () async throws -> Void
    let now: @Sendable () -> Date

    init(
        fetch: @escaping @Sendable (_ after: String) async throws -> FeedPage,
        pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(1)) },
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.fetch = fetch
        self.pause = pause
        self.now = now
    }

    /// Hands each event to `take`, in the order of the feed, until there were `countMax` or the task is cancelled.
    func follow(
        after start: String,
        countMax: Int?,
        take: (MessageView) async throws -> Void
    ) async throws {
        var (place, count) = (start, 0)
        var lastAnswer = now()
        while !Task.isCancelled {
            do {
                let page = try await fetch(place)
                lastAnswer = now()
                for event in page.data {
                    try await take(event)
                    count += 1
                    if let countMax, count >= countMax { return }
                }
                place = page.next
            } catch let error as GatewayClient.Refused where !Self.mayPass(error.problem) {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                guard now().timeIntervalSince(lastAnswer) < Self.outageSecondsMax else { throw error }
                try await pause()
            }
        }
    }

    /// Too many requests, or a gateway that ends: the same request may be answered later.
    private static func mayPass(_ problem: Problem) -> Bool { problem.status >= 500 || problem.status == 429 }
}
