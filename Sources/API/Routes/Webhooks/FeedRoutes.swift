import Contracts
import Hummingbird
import ServiceLifecycle
import Store

/// A tenant's events to be fetched, for those who cannot be called.
struct FeedRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration
    let streams: StreamSlots

    private static let query: Set<String> = ["limit", "after", "types", "wait"]
    /// How long a request may wait for an event, in seconds.
    static let waitSecondsMax: Int64 = 30
    /// The place from which only what is yet to come is shown.
    private static let end = "end"

    var endpoints: [Endpoint] {
        [Endpoint(.get, "/v1/events", .key(.webhooksWrite), query: Self.query, handler: events)]
    }

    @Sendable private func events(_ request: Request, _ context: APIContext) async throws -> Response {
        let tenantId = try context.tenantId
        let query = try QueryReader(request, known: Self.query)
        let limit = Int(try query.integer("limit", in: 1...100, default: 25))
        let waitSeconds = try query.integer("wait", in: 0...Self.waitSecondsMax, default: 0)
        let filter = try EventFilterReader.read(query, "types")
        let asked = query["after"]
        let after = asked.flatMap { FeedCursor($0) }
        guard asked == nil || asked == Self.end || after != nil else {
            throw QueryReader.problem("after", "is neither the 'next' of an earlier answer nor 'end'")
        }
        try await services.store.noteFeedRead(tenantId: tenantId)
        if asked == Self.end {
            let end = try await services.store.feedEnd()
            return try .json(FeedPage(data: [], hasMore: false, next: end.description))
        }
        var page = try await services.store.feed(
            tenantId: tenantId,
            filter: filter,
            after: after,
            limit: limit
        )
        if page.data.isEmpty, let after { try await check(after) }
        guard page.data.isEmpty, !page.hasMore, waitSeconds > 0 else { return try .json(page) }
        guard let slot = streams.take() else {
            throw Problem(.unavailable, detail: "Too many requests wait for events.")
        }
        defer { slot.release() }
        let deadline = ContinuousClock.now + .seconds(waitSeconds)
        while page.data.isEmpty, !page.hasMore, ContinuousClock.now < deadline {
            // Whoever goes away meanwhile, or a server that ends, gets what there is.
            guard (try? await pause()) != nil else { break }
            page = try await services.store.feed(
                tenantId: tenantId,
                filter: filter,
                after: FeedCursor(page.next),
                limit: limit
            )
        }
        return try .json(page)
    }

    /// Throws when a place lies ahead of all that there is: whoever waited there would miss what comes until then.
    private func check(_ place: FeedCursor) async throws {
        guard place.isAhead(of: try await services.store.feedEnd()) else { return }
        throw QueryReader.problem(
            "after",
            "lies ahead of all that there is; give the 'next' of an earlier answer, 'end', or nothing for the oldest"
        )
    }

    private func pause() async throws {
        let time = Duration.milliseconds(configuration.stream.pollMs)
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: time) }
    }
}
