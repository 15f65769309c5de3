import Contracts
import Foundation
import HTTPTypes
import OutboundHTTP
import Store
import Testing

@testable import API

/// What the owner of an endpoint may set and change.
@Suite struct EndpointSettingsTests {
    private static let path = "/v1/webhook-endpoints"
    private static let url = "https://hooks.example.com/a"

    /// An endpoint of the client's tenant.
    private func make(_ client: Client, _ members: String = "") async throws -> EndpointView {
        let answer = try await client.post(Self.path, #"{"url":"\#(Self.url)"\#(members)}"#)
        return try answer.decode(EndpointView.self)
    }

    private func patch(
        _ client: Client,
        _ id: String,
        _ body: String,
        key: String? = nil
    ) async throws -> Answer {
        try await client.send(
            .patch,
            "\(Self.path)/\(id)",
            key: key,
            headers: [.contentType: "application/json"],
            body: body
        )
    }

    @Test func `a new endpoint has what was asked for, without the values of its headers`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let endpoint = try await make(
                client,
                #","event_types":["run.*","output.failed"],"headers":{"Authorization":"Bearer s3cret","X-A":"b"}"#
                    + #","rate_per_second":50,"in_flight_max":3,"ordering":"run""#
            )
            let read = try await client.get("\(Self.path)/\(endpoint.id)")

            #expect(endpoint.eventTypes == ["run.*", "output.failed"])
            #expect(endpoint.headerNames == ["authorization", "x-a"])
            #expect(endpoint.ratePerSecond == 50 && endpoint.inFlightMax == 3 && endpoint.ordering == .run)
            #expect(endpoint.state == "enabled" && endpoint.failingSince == nil)
            #expect(!read.text.contains("s3cret"))
        }
    }

    @Test func `a change leaves alone what it does not name and clears what is null`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let endpoint = try await make(
                client,
                #","description":"desk","headers":{"x-a":"b"},"rate_per_second":5,"event_types":["run.failed"]"#
            )
            let moved = try await patch(
                client,
                endpoint.id,
                #"{"url":"https://hooks.example.com/b","rate_per_second":null,"ordering":"run"}"#
            )
            let cleared = try await patch(
                client,
                endpoint.id,
                #"{"description":null,"headers":null,"event_types":null,"ordering":null}"#
            )

            let view = try moved.decode(EndpointView.self)
            #expect(view.url == "https://hooks.example.com/b" && view.ratePerSecond == nil)
            #expect(view.description == "desk" && view.headerNames == ["x-a"] && view.ordering == .run)
            #expect(view.eventTypes == ["run.failed"] && view.secret == nil)
            let bare = try cleared.decode(EndpointView.self)
            #expect(bare.description == nil && bare.headerNames.isEmpty && bare.eventTypes.isEmpty)
            #expect(bare.url == "https://hooks.example.com/b" && bare.ordering == EndpointOrdering.none)
        }
    }

    @Test func `a change is held to the rules of a creation, all at once`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let endpoint = try await make(client)
            let answer = try await patch(
                client,
                endpoint.id,
                #"{"url":null,"event_types":["run.eaten"],"headers":{"host":"x"},"rate_per_second":0,"secret":"x"}"#
            )
            let blocked = try await patch(client, endpoint.id, #"{"url":"http://hooks.example.com/a"}"#)
            let local = try await patch(client, endpoint.id, #"{"url":"https://169.254.169.254/a"}"#)

            #expect(answer.status == 422)
            #expect(
                try Set(answer.pointers) == [
                    "/url", "/event_types/0", "/headers/host", "/rate_per_second", "/secret",
                ]
            )
            #expect(try blocked.problem.slug == "endpoint-address-blocked" && blocked.pointers == ["/url"])
            #expect(try local.problem.slug == "endpoint-address-blocked")
            #expect(
                try await client.get("\(Self.path)/\(endpoint.id)").decode(EndpointView.self).url == Self.url
            )
        }
    }

    @Test(arguments: [
        ("https://hooks.example.com/a#top", "invalid-request", "fragment"),
        ("https://hooks.example.com#", "invalid-request", "fragment"),
        ("https://-hooks.example.com/", "invalid-request", "hyphen"),
        ("https://hooks-.example.com/", "invalid-request", "hyphen"),
        ("https://hooks.example.com:/", "invalid-request", "colon"),
        ("https://u:p@hooks.example.com/", "invalid-request", "'headers'"),
        ("https://hooks.example.com:0/", "endpoint-address-blocked", "port 0"),
        ("https://hooks.example.com:70000/", "invalid-request", "65535"),
        ("ftp://hooks.example.com/", "invalid-request", "'https://'"),
        ("mailto:a@example.com", "invalid-request", "'https://'"),
        ("http://hooks.example.com/", "endpoint-address-blocked", "'https://'"),
        ("https:///a", "invalid-request", "host"),
    ])
    func `an address that cannot be is refused with what to mend`(
        url: String,
        slug: String,
        advice: String
    ) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let endpoint = try await make(client)
            for answer in [
                try await client.post(Self.path, #"{"url":"\#(url)"}"#),
                try await patch(client, endpoint.id, #"{"url":"\#(url)"}"#),
            ] {
                #expect(answer.status == 422)
                #expect(try answer.problem.slug == slug)
                #expect(try answer.pointers == ["/url"])
                #expect(try answer.problem.detail.contains(advice), "\(answer.text)")
            }
        }
    }

    @Test func `an address may be as long as the limit, and no longer`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let front = "https://hooks.example.com/"
            let longest = front + String(repeating: "a", count: AddressPolicy.urlBytesMax - front.utf8.count)
            let taken = try await client.post(Self.path, #"{"url":"\#(longest)"}"#)
            let refused = try await client.post(Self.path, #"{"url":"\#(longest)a"}"#)

            #expect(try taken.decode(EndpointView.self).url == longest)
            #expect(refused.status == 422)
            #expect(try refused.pointers == ["/url"])
            #expect(try refused.problem.detail.contains("\(AddressPolicy.urlBytesMax)"))
        }
    }

    @Test func `an unknown event type is told with all that are known`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let answer = try await client.post(
                Self.path,
                #"{"url":"\#(Self.url)","event_types":["run.started","runs.*","*.failed"]}"#
            )

            #expect(answer.status == 422)
            #expect(try answer.problem.slug == "unknown-event-type")
            #expect(try answer.pointers == ["/event_types/1", "/event_types/2"])
            let detail = try #require(try answer.problem.errors?.first?.detail)
            #expect(EventType.allCases.allSatisfy { detail.contains($0.rawValue) })
            #expect(detail.contains("run.*") && detail.hasSuffix("*"))
        }
    }

    @Test(arguments: [
        (#"{"Host":"x"}"#, false), (#"{"Content-Type":"text/plain"}"#, false),
        (#"{"webhook-id":"x"}"#, false),
        (#"{"User-Agent":"x"}"#, false), (#"{"cookie":"x"}"#, false),
        (#"{"X-Forwarded-For":"1.1.1.1"}"#, false),
        (#"{"Proxy-Authorization":"x"}"#, false), (#"{"traceparent":"x"}"#, false), (#"{"te":"x"}"#, false),
        (#"{"transfer-encoding":"chunked"}"#, false), (#"{"x":"a\r\nb: c"}"#, false),
        (#"{"x":"a\u0000b"}"#, false),
        (#"{"x":"a\nb"}"#, false), (#"{"x y":"a"}"#, false), (#"{"x\r\ny":"a"}"#, false),
        (#"{"":"a"}"#, false),
        (#"{"x:":"a"}"#, false), (#"{"x":"é"}"#, false), (#"{"x":7}"#, false), (#"{"x":null}"#, false),
        (#"{"x":" a"}"#, false), (#"{"x":""}"#, false), (#"{"x":"a","X":"b"}"#, false), (#"[]"#, false),
        (#"{"authorization":"Bearer a b"}"#, true), (#"{"X-Api.Key_1":"~!@#$%^&*()"}"#, true), (#"{}"#, true),
    ])
    func `headers that are not the owner's to set are refused`(_ headers: String, _ isFine: Bool) throws {
        var findings = Findings()
        let value = try JSONValue(parsing: Data(#"{"headers":\#(headers)}"#.utf8))
        var body = try #require(ObjectReader(value, at: "", findings: &findings))

        _ = CustomHeaderReader.read(&body, "headers", findings: &findings)

        #expect(findings.isEmpty == isFine, "\(headers)")
    }

    @Test func `headers have limits in number and bytes`() throws {
        func findings(_ headers: [String: String]) throws -> Int {
            var findings = Findings()
            let value = JSONValue.object(["headers": .object(headers.mapValues { .string($0) })])
            var body = try #require(ObjectReader(value, at: "", findings: &findings))
            _ = CustomHeaderReader.read(&body, "headers", findings: &findings)
            return findings.all.count
        }
        func some(_ count: Int) -> [String: String] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("x-\($0)", "a") })
        }
        let name = String(repeating: "n", count: CustomHeaderReader.nameBytesMax)
        let value = String(repeating: "v", count: CustomHeaderReader.valueBytesMax)
        // Four headers of 1,024 bytes with their names are the whole of it.
        let full = ["a", "b", "c", "d"].map { ($0, String(value.dropLast())) }

        #expect(try findings(some(20)) == 0 && findings(some(21)) == 1)
        #expect(try findings([name: "a"]) == 0 && findings([name + "n": "a"]) == 1)
        #expect(try findings(["x": value]) == 0 && findings(["x": value + "v"]) == 1)
        #expect(try findings(Dictionary(uniqueKeysWithValues: full)) == 0)
        #expect(try findings(Dictionary(uniqueKeysWithValues: full + [("e", "v")])) == 1)
    }

    @Test func `an endpoint is paused and enabled, and another tenant's is not there`() async throws {
        let fixture = try await APIFixture.make()
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let id = try await make(client).id
            let paused = try await client.post("\(Self.path)/\(id)/pause", "")
            let again = try await client.post("\(Self.path)/\(id)/pause", "")
            let test = try await client.post("\(Self.path)/\(id)/test", "")
            let enabled = try await client.post("\(Self.path)/\(id)/enable", "")

            #expect(try paused.status == 200 && paused.decode(EndpointView.self).state == "paused")
            #expect(again.status == 200)
            #expect(test.status == 409)
            #expect(try test.problem.detail.contains("/enable"))
            #expect(try enabled.status == 200 && enabled.decode(EndpointView.self).state == "enabled")
            let none = "\(Self.path)/\(ResourceID.make(.endpoint))"
            for suffix in ["/pause", "/enable", "/test"] {
                let foreign = try await client.post("\(Self.path)/\(id)\(suffix)", "", key: otherKey)
                let missing = try await client.post("\(none)\(suffix)", "")
                #expect(foreign.status == 404)
                #expect(try foreign.problem.detail == missing.problem.detail)
            }
            #expect(try await patch(client, id, "{}", key: otherKey).status == 404)
        }
    }

    @Test func `a disabled endpoint is enabled, not paused`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await make(client).id
            _ = try await client.post("\(Self.path)/\(id)/test", "")
            let claim = try await fixture.store.claimDeliveries(limit: 1, leaseSeconds: 30)[0]
            let attempt = NewAttempt(
                number: 1,
                outcome: .rejected,
                status: 410,
                problem: nil,
                startedAt: Date(),
                durationMs: 1,
                responseBody: nil,
                responseHeaders: nil
            )
            _ = try await fixture.store.finishDelivery(
                claim.lease,
                attempt: attempt,
                next: .disableEndpoint(reason: "410 Gone")
            )

            let paused = try await client.post("\(Self.path)/\(id)/pause", "")
            let enabled = try await client.post("\(Self.path)/\(id)/enable", "")

            #expect(paused.status == 409)
            #expect(try paused.problem.detail.contains("/enable"))
            let view = try enabled.decode(EndpointView.self)
            #expect(view.state == "enabled" && view.disabledReason == nil)
        }
    }
}
