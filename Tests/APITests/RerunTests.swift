import Artifacts
import Contracts
import HTTPTypes
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@testable import API

@Suite struct RerunTests {
    @Test func `a style enters at enhance-plan, and everything else is attached`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let parentId = try await fixture.makeRun(client: client, upTo: .render)
            let headers: HTTPFields = [.idempotencyKey: "again"]
            let body = #"{"style":{"package":"default"}}"#
            let path = "/v1/runs/\(parentId)/rerun"
            let answer = try await client.post(path, body, headers: headers)

            #expect(answer.status == 202)
            let run = try answer.decode(RunView.self)
            #expect(answer.headers[.location] == "/v1/runs/\(run.id)")
            #expect(run.rerunOf == parentId && run.id != parentId)
            let pending = run.jobs?.filter { $0.state == "pending" }.map(\.number)
            #expect(pending == ["05", "09", "11", "12"])
            #expect(run.jobs?.first?.reusedFrom?.hasPrefix("job_") == true)
            let again = try await client.post(path, body, headers: headers)
            #expect(again.headers[.idempotentReplayed] == "true" && again.body == answer.body)
            #expect(try await client.post(path, "{}", headers: headers).status == 422)
        }
    }

    @Test func `without a body a run is done again from its source`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let parentId = try await fixture.makeRun(client: client, upTo: .plan)
            let run = try await client.post("/v1/runs/\(parentId)/rerun", "").decode(RunView.self)

            #expect(run.jobs?.allSatisfy { $0.state == "pending" } == true)
            #expect(run.source.assetId != nil)
        }
    }

    @Test func `options are merged over the parent's and enter where they are read`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let parentId = try await fixture.makeRun(client: client, upTo: .render)
            let path = "/v1/runs/\(parentId)/rerun"
            func pending(_ body: String) async throws -> [String] {
                let answer = try await client.post(path, body)
                #expect(answer.status == 202, "\(answer.text)")
                return try answer.decode(RunView.self).jobs?.filter { $0.state == "pending" }.map(\.number)
                    ?? []
            }

            #expect(
                try await pending(#"{"options":{"shorts":{"aspect_ratios":["9:16"]}}}"#) == ["11", "12"]
            )
            #expect(try await pending(#"{"options":{"shorts":{"target_count":5}}}"#).first == "04")
            #expect(try await pending(#"{"options":{"language":"de"}}"#).first == "02")
            #expect(try await pending(#"{"from_stage":"render"}"#) == ["11", "12"])
            let body = #"{"options":{"shorts":{"target_count":5,"max_count":null}}}"#
            let run = try await client.post(path, body).decode(RunView.self)
            #expect(run.options.shorts.targetCount == 5 && run.options.shorts.maxCount == 40)
            #expect(run.options.shorts.aspectRatios == AspectRatio.allCases)
        }
    }

    @Test func `the stage that is named is computed, and so is the one at which it enters`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let parentId = try await fixture.makeRun(client: client, upTo: .render)
            func afresh(_ body: String) async throws -> [Stage] {
                let run = try await client.post("/v1/runs/\(parentId)/rerun", body).decode(RunView.self)
                return try await fixture.store.jobs(runId: run.id).filter(\.isAfresh).map(\.stage)
            }

            #expect(try await afresh(#"{"from_stage":"render"}"#) == [.compose, .render])
            #expect(try await afresh(#"{"from_stage":"plan"}"#) == [.plan])
            #expect(try await afresh("{}") == [])
        }
    }

    @Test func `what contradicts itself is refused with all its reasons`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let parentId = try await fixture.makeRun(client: client, upTo: .render)
            let path = "/v1/runs/\(parentId)/rerun"
            let late = try await client.post(path, #"{"from_stage":"compose","style":{"package":"default"}}"#)
            #expect(late.status == 422)
            #expect(try late.pointers == ["/from_stage"])
            #expect(try late.problem.detail.contains("'enhance-plan', which reads the style"))
            let beside = #"{"from_stage":"framing","style":{"package":"default"}}"#
            #expect(try await client.post(path, beside).pointers == ["/from_stage"])
            let early = #"{"from_stage":"plan","style":{"package":"default"}}"#
            #expect(try await client.post(path, early).status == 202)

            let unknown = try await client.post(path, #"{"from_stage":"polish"}"#)
            #expect(unknown.status == 422)
            #expect(try unknown.problem.slug == "unknown-stage")
            let wrong = """
                {"source":{},"options":{"shorts":{"target_count":41},"metadata":{},"providers":{"vision":"nobody"}},
                "style":{"package":"none"}}
                """
            #expect(
                try Set(await client.post(path, wrong).pointers) == [
                    "/source", "/options/shorts/target_count", "/options/metadata",
                    "/options/providers/vision", "/style/package",
                ]
            )
            #expect(try await client.post(path, #"{"options":7}"#).pointers == ["/options"])
            #expect(try await client.post(path, "[]").status == 422)
            let other = try await client.post(path, "{}", key: fixture.otherKey)
            let none = try await client.post("/v1/runs/\(ResourceID.make(.run))/rerun", "{}")
            #expect(other.status == 404 && none.status == 404)
            #expect(try other.problem.detail == none.problem.detail)
        }
    }

    @Test func `what a run brought binds its rerun too`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let transcript = #"{"language":"en-GB","words":[{"text":"Hi.","start_ms":0,"end_ms":400}]}"#
            let moments = #"[{"start_ms":0,"end_ms":5000}]"#
            let parent = try await client.post(
                "/v1/runs",
                #"""
                {"source":{"asset_id":"\#(asset.id)"},"transcript":\#(transcript),"moments":\#(moments)}
                """#
            )
            let path = "/v1/runs/\(try parent.decode(RunView.self).id)/rerun"
            func answer(_ options: String) async throws -> Answer {
                try await client.post(path, #"{"from_stage":"transcode","options":\#(options)}"#)
            }
            let wrong = """
                {"language":"de","shorts":{"target_count":2,"max_count":3,"min_duration_ms":4000,
                "max_duration_ms":5000,"range_ms":{"start_ms":0,"end_ms":1},"exclude_ranges_ms":[]}}
                """
            let refused = try await answer(wrong)
            #expect(refused.status == 422)
            let names = [
                "target_count", "max_count", "min_duration_ms", "max_duration_ms", "range_ms",
                "exclude_ranges_ms",
            ]
            let pointers = ["/options/language"] + names.map { "/options/shorts/\($0)" }
            #expect(try Set(refused.pointers) == Set(pointers))
            let fine = #"{"language":"en","shorts":{"max_count":null,"keywords":["bread"]}}"#
            let taken = try await answer(fine)
            #expect(taken.status == 202, "\(taken.text)")
            let free = try await fixture.makeRun(client: client, upTo: .render)
            let other = try await client.post("/v1/runs/\(free)/rerun", #"{"options":{"language":"de"}}"#)
            #expect(other.status == 202)
        }
    }

    @Test func `a stage that is missing upstream is named, with the way out`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let early = try await fixture.makeRun(client: client, upTo: .segment)
            let refused = try await client.post("/v1/runs/\(early)/rerun", #"{"from_stage":"plan"}"#)
            #expect(refused.status == 409)
            #expect(try refused.problem.slug == "upstream-missing")
            #expect(try refused.problem.detail.contains("stage 'segment' of the run is 'in_progress'"))
            #expect(try refused.problem.detail.contains("from_stage 'segment' is possible"))
        }
    }

    @Test(arguments: ["gone", "longer", "other", "removed"])
    func `what is attached must still be what was recorded`(_ fault: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let parentId = try await fixture.makeRun(client: client, upTo: .render)
            let artifacts = try await fixture.store.artifacts(runId: parentId)
            let framing = try #require(artifacts.first { $0.stage == .framing })
            let location = try #require(ArtifactLocation(parsing: framing.location))
            switch fault {
            case "gone": try await fixture.artifacts.delete(location)
            case "longer": try await fixture.artifacts.write(Array("{  }".utf8), to: location)
            case "other": try await fixture.artifacts.write(Array("[]".utf8), to: location)
            default:
                try await fixture.database.pool.execute(
                    "UPDATE artifacts SET removed_at = now() WHERE id = \(framing.id)"
                )
            }

            let answer = try await client.post(
                "/v1/runs/\(parentId)/rerun",
                #"{"style":{"package":"default"}}"#
            )
            #expect(answer.status == 409)
            #expect(try answer.problem.slug == "upstream-missing")
            #expect(try answer.problem.detail.contains("artifact 'framing.json'"))
            #expect(try answer.problem.detail.contains("from_stage 'plan' is possible"))
            let way = #"{"style":{"package":"default"},"from_stage":"plan"}"#
            #expect(try await client.post("/v1/runs/\(parentId)/rerun", way).status == 202)
        }
    }

    @Test func `a source that is gone is told`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#
            let linked = try await client.post("/v1/runs", body).decode(RunView.self).id
            _ = try await client.post("/v1/runs/\(linked)/cancel", "")
            let never = try await client.post("/v1/runs/\(linked)/rerun", "")
            #expect(never.status == 409)
            #expect(try never.problem.slug == "source-gone")

            let parentId = try await fixture.makeRun(client: client, upTo: .plan)
            let run = try #require(try await fixture.store.run(tenantId: fixture.tenantId, id: parentId))
            let location = try #require(ArtifactLocation(parsing: run.asset?.location ?? ""))
            try await fixture.artifacts.delete(location)
            let gone = try await client.post("/v1/runs/\(parentId)/rerun", "")
            #expect(try gone.problem.slug == "source-gone")
            // A reset gives up what there is, so it is refused before it does.
            let reset = try await client.post("/v1/runs/\(parentId)/jobs/transcode/reset", "")
            #expect(reset.status == 409)
            #expect(try reset.problem.slug == "source-gone")
            #expect(try await fixture.store.jobs(runId: parentId).first?.state == .completed)
            let first = try await fixture.store.artifacts(runId: parentId).first
            #expect(first?.stage == .transcode && first?.removedAt == nil)
            // What needs the source no more can still be done again.
            #expect(
                try await client.post("/v1/runs/\(parentId)/rerun", #"{"from_stage":"segment"}"#).status
                    == 202
            )
        }
    }
}
