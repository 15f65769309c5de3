import Contracts
import Foundation

/// The event feed of a gateway, of some types or of all.
struct GatewayFeed: Sendable {
    /// Well below the time that a request of the client may take.
    private static let waitSeconds = 15

    let client: GatewayClient
    /// Separated by commas; nil for all.
    let types: String?

    /// The place to begin at.
    ///
    /// The gateway is asked in any case, with one event at most: what it refuses, it refuses before anything is told.
    func start(after: String?) async throws -> String {
        let page = try await fetch(after: after ?? EventListener.end, limit: 1)
        guard let after, after != EventListener.end else { return page.next }
        return after
    }

    /// The next page after a place, waited for when there is none yet.
    func next(after place: String) async throws -> FeedPage {
        try await fetch(after: place, limit: 100, waitSeconds: Self.waitSeconds)
    }

    private func fetch(after: String, limit: Int, waitSeconds: Int = 0) async throws -> FeedPage {
        var path = "/v1/events?limit=\(limit)&wait=\(waitSeconds)&after=\(Self.escaped(after))"
        if let types { path += "&types=\(Self.escaped(types))" }
        return try await client.get(FeedPage.self, path)
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
