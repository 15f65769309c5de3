import Contracts
import HTTPTypes
import Testing

@testable import API

@Suite struct EventTests {
    private static let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#

    @Test func `the log is read forwards from where a reader was`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await client.post("/v1/runs", Self.body).decode(RunView.self).id
            _ = try await client.post("/v1/runs/\(id)/cancel", "")

            let first = try await client.get("/v1/runs/\(id)/events?limit=1").decode(Page<EventView>.self)
            let next = try #require(first.next)
            let rest = try await client.get("/v1/runs/\(id)/events?after=\(next)")
                .decode(Page<EventView>.self)

            #expect(first.data.map(\.type) == ["run.started"])
            #expect(first.hasMore)
            #expect(rest.data.map(\.type).contains("run.cancelled"))
            #expect(!rest.hasMore)
            #expect(rest.next == nil)
        }
    }

    @Test func `a live stream tells the log and ends after its run`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await client.post("/v1/runs", Self.body).decode(RunView.self).id
            async let stream = StreamReader.read(fixture, runId: id)
            let cancelled = try await client.post("/v1/runs/\(id)/cancel", "")
            let answer = try await stream

            #expect(cancelled.status == 200)
            #expect(answer.headers[.contentType] == "text/event-stream")
            #expect(answer.text.contains("event: run.started\n"))
            #expect(answer.text.contains("event: run.cancelled\n"))
            #expect(answer.text.hasSuffix("event: end\ndata: {\"reason\":\"run-ended\"}\n\n"))
        }
    }

    @Test func `a reader that comes back gets what it missed, no more`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await client.post("/v1/runs", Self.body).decode(RunView.self).id
            _ = try await client.post("/v1/runs/\(id)/cancel", "")
            let events = try await client.get("/v1/runs/\(id)/events").decode(Page<EventView>.self).data
            let seen = try #require(events.first).sequence

            let answer = try await StreamReader.read(
                fixture,
                runId: id,
                headers: [.lastEventId: String(seen)]
            )

            #expect(!answer.text.contains("event: run.started\n"))
            #expect(answer.text.contains("event: run.cancelled\n"))
            let ids = answer.text.split(separator: "\n").filter { $0.hasPrefix("id: ") }
            #expect(ids.map { String($0.dropFirst(4)) } == events.dropFirst().map { String($0.sequence) })
        }
    }

    @Test func `a stream with nothing to tell sends comments, and ends when its time is over`() async throws {
        let fixture = try await APIFixture.make {
            $0.stream.heartbeatMs = 20
            $0.stream.lifetimeMs = 3_000
        }

        try await fixture.withClient { client in
            let id = try await client.post("/v1/runs", Self.body).decode(RunView.self).id
            let answer = try await StreamReader.read(fixture, runId: id)

            #expect(answer.text.contains(": still here\n\n"))
            #expect(answer.text.hasSuffix("data: {\"reason\":\"come-back\"}\n\n"))
        }
    }

    @Test func `there are only so many streams, and a closed one makes room`() async throws {
        let slots = StreamSlots(countMax: 1)
        let first = slots.take()

        #expect(first != nil)
        #expect(slots.take() == nil)
        first?.release()
        first?.release()
        #expect(slots.count == 0)
        #expect(slots.take() != nil)
    }

    @Test func `a place that the log has not come to is refused, in the list and in the stream`() async throws
    {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await client.post("/v1/runs", Self.body).decode(RunView.self).id
            _ = try await client.post("/v1/runs/\(id)/cancel", "")
            let path = "/v1/runs/\(id)/events"
            let events = try await client.get(path).decode(Page<EventView>.self).data
            let last = try #require(events.last).sequence
            let live: HTTPFields = [.accept: "text/event-stream"]
            let resumed: HTTPFields = [.accept: "text/event-stream", .lastEventId: "\(last + 1)"]

            let read = try await client.get("\(path)?after=\(last)")
            let refused = [
                try await client.get("\(path)?after=\(last + 1)"),
                try await client.get("\(path)?after=\(Int64.max)"),
                try await client.get("\(path)?after=\(last + 1)", headers: live),
                try await client.get(path, headers: resumed),
            ]

            #expect(try read.decode(Page<EventView>.self).data.isEmpty)
            for answer in refused {
                #expect(answer.status == 422)
                #expect(try answer.problem.detail.contains("\(last) is its last one"))
            }
            #expect(try await client.get("\(path)?after=\(last)", headers: live).status == 200)
        }
    }

    @Test func `a resume point that is no number is refused`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await client.post("/v1/runs", Self.body).decode(RunView.self).id
            let headers: HTTPFields = [.accept: "text/event-stream", .lastEventId: "evt_1"]

            #expect(try await client.get("/v1/runs/\(id)/events", headers: headers).status == 422)
        }
    }
}

/// Reads one event stream to its end on a connection of its own.
enum StreamReader {
    static func read(
        _ fixture: APIFixture,
        runId: String,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        let answers = Answers()
        try await fixture.withClient { client in
            var headers = headers
            headers[.accept] = "text/event-stream"
            answers.add(try await client.get("/v1/runs/\(runId)/events", headers: headers))
        }
        return try #require(answers.all.first)
    }
}
