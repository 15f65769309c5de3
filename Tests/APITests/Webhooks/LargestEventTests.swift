import Contracts
import Foundation
import Testing

@testable import API

/// The event of an acceptance is put together in the database and cannot become thin there: its limits are those of requests.
@Suite struct LargestEventTests {
    /// A letter that JSON writes with six bytes.
    private static let letter = "\u{1}"

    /// A request in which all that comes back in the run is as large as it may be.
    private static func request() throws -> String {
        func text(_ count: Int) -> String { String(repeating: letter, count: count) }
        let url = "https://media.example.com/?"
        var metadata: [String: String] = [:]
        for number in 0..<RunRequestReader.metadataPairsMax {
            let key = text(RunRequestReader.metadataKeyLengthMax - 2) + String(10 + number)
            metadata[key] = text(RunRequestReader.metadataValueLengthMax)
        }
        let body: [String: Any] = [
            "source": ["url": url + String(repeating: "\"", count: 8192 - url.utf8.count)],
            "shorts": [
                "keywords": Array(
                    repeating: text(RunRequestReader.keywordLengthMax),
                    count: RunRequestReader.keywordsMax
                ),
                "exclude_ranges_ms": Array(
                    repeating: ["start_ms": 86_399_998, "end_ms": 86_399_999],
                    count: RunRequestReader.rangesMax
                ),
            ],
            "metadata": metadata,
            "external_id": text(255),
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    }

    @Test func `what tells of the largest run that is accepted is at most 256 KiB, and whole`() async throws {
        let fixture = try await APIFixture.make()
        let body = try Self.request()

        try await fixture.withClient { client in
            let start = try await client.get("/v1/events?after=end").decode(FeedPage.self).next
            let answer = try await client.post("/v1/runs", body)
            try #require(answer.status == 202, "\(String(decoding: answer.body, as: UTF8.self).prefix(500))")

            let page = try await client.get("/v1/events?after=\(start)&wait=10").decode(FeedPage.self)
            let payload = try #require(page.data.first { $0.eventType == "run.started" }?.payload)

            // Near the edge, so the test would see a limit that was raised.
            #expect((200 << 10...EventEnvelope.payloadBytesMax).contains(payload.utf8.count))
            let event = try WireJSON.decode(EventEnvelope.self, from: Data(payload.utf8))
            #expect(event.thin == nil && event.data.run?.metadata.count == RunRequestReader.metadataPairsMax)
        }
    }
}
