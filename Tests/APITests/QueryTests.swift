import Contracts
import Foundation
import HTTPTypes
import Testing

@testable import API

/// Places, ids and times in queries: what cannot be right is refused, with what would be.
@Suite struct QueryTests {
    private static let run = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#

    /// A run and an endpoint of the client's tenant.
    private func make(_ client: Client) async throws -> (runPath: String, endpointPath: String) {
        let run = try await client.post("/v1/runs", Self.run).decode(RunView.self)
        let endpoint = try await client.post(
            "/v1/webhook-endpoints",
            #"{"url":"https://hooks.example.com/a"}"#
        ).decode(EndpointView.self)
        return ("/v1/runs/\(run.id)", "/v1/webhook-endpoints/\(endpoint.id)")
    }

    @Test func `the cursor of another list, or of none, is refused with what one looks like`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (run, endpoint) = try await make(client)
            let lists: [(String, ResourceID.Prefix)] = [
                ("/v1/runs", .run), ("\(run)/jobs", .job), ("\(run)/outputs", .output),
                ("\(run)/artifacts", .artifact), ("\(endpoint)/deliveries", .delivery),
                ("/v1/webhook-messages", .message), ("/v1/ops/callbacks", .callback),
                ("/v1/webhook-endpoints", .endpoint),
            ]
            for (path, prefix) in lists {
                let wrong = ["", "1", "garbage", ResourceID.make(.style), "\(prefix.rawValue)_1"]
                for cursor in wrong {
                    let answer = try await client.get("\(path)?after=\(cursor)")
                    #expect(answer.status == 422, "\(path) \(cursor)")
                    #expect(try answer.pointers == ["?after"])
                    #expect(try answer.problem.detail.contains("\(prefix.rawValue)_01jdf8"))
                }
            }
            for path in ["/v1/runs", "\(endpoint)/deliveries", "/v1/webhook-messages", "/v1/ops/callbacks"] {
                let prefix = try #require(lists.first { $0.0 == path }?.1)
                #expect(try await client.get("\(path)?after=\(ResourceID.make(prefix))").status == 200)
            }
        }
    }

    @Test func `a cursor that is not in a short list is refused, not taken for its end`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (run, _) = try await make(client)
            let first = try await client.get("\(run)/jobs?limit=1").decode(Page<JobView>.self)
            let next = try #require(first.next)
            let last = try #require(
                try await client.get("\(run)/jobs?limit=100").decode(Page<JobView>.self).data.last
            )

            let rest = try await client.get("\(run)/jobs?after=\(next)&limit=100")
            let nothing = try await client.get("\(run)/jobs?after=\(last.id)").decode(Page<JobView>.self)
            let foreign = try await client.get("\(run)/jobs?after=\(ResourceID.make(.job))")
            let output = try await client.get("\(run)/outputs?after=\(ResourceID.make(.output))")

            #expect(try rest.decode(Page<JobView>.self).data.last?.id == last.id)
            #expect(nothing.data.isEmpty && !nothing.hasMore)
            for answer in [foreign, output] {
                #expect(answer.status == 422)
                #expect(try answer.pointers == ["?after"])
            }
        }
    }

    @Test func `a filter by an id takes ids of its kind only`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            for (path, prefix) in [
                ("/v1/webhook-messages?run_id=", ResourceID.Prefix.run),
                ("/v1/ops/callbacks?task=", .task),
            ] {
                for id in ["", "x", "run", ResourceID.make(.output), ResourceID.make(prefix).uppercased()] {
                    let answer = try await client.get(path + id)
                    #expect(answer.status == 422, "\(path)\(id)")
                    #expect(try answer.problem.detail.contains("such as \(prefix.rawValue)_"))
                }
                #expect(try await client.get(path + ResourceID.make(prefix)).status == 200)
            }
        }
    }

    @Test(arguments: [
        ("since=2026-02-30T00:00:00Z", "?since"), ("until=2026-11-24T24:00:00Z", "?until"),
        ("since=2026-11-24", "?since"), ("until=10000-01-01T00:00:00Z", "?until"), ("since=", "?since"),
        ("since=2026-11-24T09:00:00Z&until=2026-11-24T09:00:00Z", "?until"),
        ("since=2026-11-24T09:00:00Z&until=2026-11-24T09:59:00%2B01:00", "?until"),
    ])
    func `a time that there is not is refused, and a period that ends before it begins`(
        query: String,
        pointer: String
    ) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (_, endpoint) = try await make(client)
            for path in ["/v1/webhook-messages", "\(endpoint)/deliveries"] {
                let answer = try await client.get("\(path)?\(query)")
                #expect(answer.status == 422, "\(path)")
                #expect(try answer.pointers == [pointer])
            }
        }
    }

    @Test(arguments: [
        "since=0000-01-01T00:00:00Z", "until=9999-12-31T23:59:59.999Z",
        "since=2026-11-24T09:00:00Z&until=2026-11-24T09:00:00.001Z",
        "since=2026-11-24T09:00:00%2B01:00", "until=2024-02-29T00:00:00Z",
    ])
    func `the first and the last time that can be written are taken`(query: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (_, endpoint) = try await make(client)
            for path in ["/v1/webhook-messages", "\(endpoint)/deliveries"] {
                #expect(try await client.get("\(path)?\(query)").status == 200, "\(path)")
            }
        }
    }

    @Test func `bodies are held to the same times`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (_, endpoint) = try await make(client)
            func replay(_ members: String) async throws -> Answer {
                try await client.post("\(endpoint)/replay", "{\(members)}")
            }
            let impossible = try await replay(#""since":"2026-02-30T00:00:00Z""#)
            let ancient = try await replay(
                #""since":"0000-01-01T00:00:00Z","until":"9999-12-31T23:59:59Z""#
            )

            #expect(impossible.status == 422)
            #expect(try impossible.pointers == ["/since"])
            #expect(ancient.status == 202)
        }
    }
}
