import Contracts
import Postgres
import TestSupport
import Testing

@testable import Store

/// The edges of the rule by which an endpoint that fails is disabled, to the second.
@Suite struct EndpointHealthEdgeTests {
    private static let day = 86_400
    private static let hour = 3_600

    private struct Noted: Equatable {
        let state: String
        let hours: Int
    }

    /// A failure of an endpoint that has failed in `hours` hours, first and last so many seconds ago: by one clock, that
    /// of its transaction.
    private func fail(_ first: Int, _ last: Int = 2 * hour, hours: Int = 20) async throws -> Noted {
        let fixture = try await Fixture.make()
        let id = try await fixture.addEndpoint().id
        let links = fixture.store.links
        return try await fixture.database.pool.transaction { transaction in
            try transaction.execute(
                """
                UPDATE endpoints
                SET failing_since = now() - \(first) * interval '1 second', failing_hours = \(hours),
                    failed_at = now() - \(last) * interval '1 second'
                WHERE id = \(id)
                """
            )
            let ending = EndpointEnding(
                endpointId: id,
                isDelivered: false,
                isFailing: true,
                isNoted: false,
                disabling: nil,
                isCurrent: true
            )
            try transaction.noteHealth([ending], links: links)
            let rows = try transaction.query("SELECT state, failing_hours FROM endpoints WHERE id = \(id)")
            return Noted(state: try rows[0].get("state"), hours: try rows[0].get("failing_hours"))
        }
    }

    @Test func `an endpoint is disabled when it has failed for over five days, not before`() async throws {
        #expect(try await fail(5 * Self.day - 1) == Noted(state: "enabled", hours: 21))
        #expect(try await fail(5 * Self.day) == Noted(state: "enabled", hours: 21))
        #expect(try await fail(5 * Self.day + 1) == Noted(state: "disabled", hours: 21))
    }

    @Test func `it is disabled when it has failed in ten hours, and not in nine`() async throws {
        #expect(try await fail(6 * Self.day, hours: 8) == Noted(state: "enabled", hours: 9))
        #expect(try await fail(6 * Self.day, hours: 9) == Noted(state: "disabled", hours: 10))
    }

    @Test func `a silence of more than a day and a half begins the count anew`() async throws {
        #expect(try await fail(6 * Self.day, 36 * Self.hour) == Noted(state: "disabled", hours: 21))
        #expect(try await fail(6 * Self.day, 36 * Self.hour + 1) == Noted(state: "enabled", hours: 1))
    }

    @Test func `a failure within an hour of the one before is not noted`() async throws {
        #expect(try await fail(6 * Self.day, Self.hour) == Noted(state: "enabled", hours: 20))
        #expect(try await fail(6 * Self.day, Self.hour + 1) == Noted(state: "disabled", hours: 21))
    }
}
