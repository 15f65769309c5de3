import Contracts
import HTTPTypes
import Pipeline
import Store
import Testing

@testable import API

@Suite struct ResetRouteTests {
    @Test func `a reset puts a stage and its subtree back, and refusals say why`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await fixture.makeRun(client: client, upTo: .render)
            func reset(_ stage: String, key: String? = nil) async throws -> Answer {
                try await client.post("/v1/runs/\(id)/jobs/\(stage)/reset", "", key: key)
            }

            let running = try await reset("render")
            #expect(running.status == 409)
            #expect(try running.problem.detail.contains("'in_progress'"))
            let answer = try await reset("enhance-plan")
            #expect(answer.status == 202)
            let run = try answer.decode(RunView.self)
            #expect(run.state == "started")
            #expect(run.jobs?.filter { $0.state == "pending" }.map(\.number) == ["05", "09", "11", "12"])
            let early = try await reset("compose")
            #expect(early.status == 409)
            #expect(try early.problem.detail.contains("needs 'enhance-build' ('pending')"))
            let unknown = try await reset("polish")
            #expect(unknown.status == 422)
            #expect(try unknown.problem.slug == "unknown-stage")
            #expect(try await reset("plan", key: fixture.otherKey).status == 404)
            #expect(try await reset("polish", key: fixture.otherKey).status == 404)
            _ = try await client.post("/v1/runs/\(id)/cancel", "")
            let cancelled = try await reset("plan")
            #expect(cancelled.status == 409)
            #expect(try cancelled.problem.detail.contains("'cancelled'"))
        }
    }

    @Test func `a failed short is rendered again, alone`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let id = try await fixture.makeRun(client: client, upTo: .render)
            try await fixture.endRenders(id) { $0 == "clip-02" }
            let outputs = try await client.get("/v1/runs/\(id)/outputs").decode(Page<OutputView>.self).data
            let failed = try #require(outputs.first { $0.state == "failed" })
            let rendered = try #require(outputs.first { $0.state == "rendered" })

            let answer = try await client.post("/v1/outputs/\(failed.id)/retry", "")

            #expect(answer.status == 202)
            #expect(try answer.decode(OutputView.self).state == "pending")
            let refused = try await client.post("/v1/outputs/\(rendered.id)/retry", "")
            #expect(refused.status == 409)
            #expect(try refused.problem.detail.contains("'rendered'"))
            #expect(try await client.post("/v1/outputs/\(failed.id)/retry", "").status == 409)
            #expect(
                try await client.post("/v1/outputs/\(failed.id)/retry", "", key: fixture.otherKey).status
                    == 404
            )
            try await fixture.endRenders(id) { _ in false }
            #expect(try await client.get("/v1/runs/\(id)").decode(RunView.self).state == "fully_generated")
            let events = try await client.get("/v1/runs/\(id)/events?limit=100").decode(Page<EventView>.self)
                .data
            #expect(
                events.map(\.type).filter { $0.hasPrefix("delivery.") }.sorted() == [
                    "delivery.completed", "delivery.partially_failed",
                ]
            )
        }
    }
}
