import Contracts
import Foundation
import Testing
import Threads

@testable import reelgate

@Suite struct FeedFollowerTests {
    private static func event(_ number: Int) -> MessageView {
        MessageView(
            id: "msg_\(number)",
            eventType: "run.started",
            runId: nil,
            outputId: nil,
            createdAt: Date(timeIntervalSince1970: 0),
            payloadRemovedAt: nil
        )
    }

    /// A feed of three events, two in the first page, whose places are `0`, `1` and so on.
    private static func page(after place: String) -> FeedPage {
        let read = Int(place) ?? 0
        let data = (read..<min(read + 2, 3)).map { event($0) }
        return FeedPage(data: data, hasMore: read + 2 < 3, next: "\(read + data.count)")
    }

    @Test func `events are handed on once and in order, until there were enough`() async throws {
        var seen: [String] = []

        try await FeedFollower(fetch: { Self.page(after: $0) })
            .follow(after: "0", countMax: 3) { seen.append($0.id) }

        #expect(seen == ["msg_0", "msg_1", "msg_2"])
    }

    @Test func `a gateway that is away is asked again from the same place`() async throws {
        let asked = Asked()
        var seen: [String] = []
        let follower = FeedFollower(
            fetch: { place in
                if await asked.note(place) % 2 == 0 {
                    throw GatewayClient.Refused(problem: Problem(.unavailable, detail: "it ends"))
                }
                return Self.page(after: place)
            },
            pause: {}
        )

        try await follower.follow(after: "0", countMax: 3) { seen.append($0.id) }

        #expect(seen == ["msg_0", "msg_1", "msg_2"])
        #expect(await asked.places == ["0", "2", "2"])
    }

    @Test func `a refusal ends it, and so does a gateway that stays away`() async throws {
        let refused = FeedFollower(
            fetch: { _ in
                throw GatewayClient.Refused(problem: Problem(.unknownEventType, detail: "run.eaten"))
            },
            pause: {}
        )
        await #expect(throws: GatewayClient.Refused.self) {
            try await refused.follow(after: "0", countMax: nil) { _ in }
        }
        let (minutes, asked) = (Locked(0.0), Asked())
        let away = FeedFollower(
            fetch: { place in
                _ = await asked.note(place)
                throw GatewayClient.Refused(problem: Problem(.unavailable, detail: "away"))
            },
            pause: { minutes.withLock { $0 += 1 } },
            now: { Date(timeIntervalSince1970: minutes.withLock(\.self) * 60) }
        )
        await #expect(throws: GatewayClient.Refused.self) {
            try await away.follow(after: "0", countMax: nil) { _ in }
        }
        #expect(await asked.places == ["0", "0", "0"])
    }

    private actor Asked {
        private(set) var places: [String] = []

        func note(_ place: String) -> Int {
            places.append(place)
            return places.count
        }
    }
}
