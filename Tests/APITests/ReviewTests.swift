import Contracts
import Foundation
import HTTPTypes
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@testable import API

@Suite struct ReviewTests {
    private func plan(of runId: String, _ client: Client) async throws -> Plan {
        try await client.get("/v1/runs/\(runId)/plan").decode(Plan.self)
    }

    @Test func `a run may ask for a review`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let body = #"{"source":{"asset_id":"\#(asset.id)"},"review":"before_render"}"#
            let answer = try await client.post("/v1/runs", body)

            #expect(answer.status == 202)
            let run = try answer.decode(RunView.self)
            #expect(run.options.review == .beforeRender && run.review == nil)
            #expect(try await client.get("/v1/runs/\(run.id)/plan").status == 404)
            let early = try await client.post("/v1/runs/\(run.id)/review", "{}")
            #expect(early.status == 409)
            #expect(try early.problem.detail.contains("not ready"))
        }
    }

    @Test func `the plan is read with its digest as its tag`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let answer = try await client.get("/v1/runs/\(id)/plan")

            #expect(answer.status == 200 && answer.headers[.contentType] == "application/json")
            #expect(try answer.decode(Plan.self) == SamplePlan.plan)
            let tag = try #require(answer.headers[.eTag])
            #expect(tag.utf8.count == 66)
            #expect(answer.headers[.cacheControl] == "private, no-cache")
            let again = try await client.get("/v1/runs/\(id)/plan", headers: [.ifNoneMatch: tag])
            #expect(again.status == 304)
            #expect(try await client.get("/v1/runs/\(id)/plan", key: fixture.otherKey).status == 404)
        }
    }

    @Test func `a plan that is not kept any more is gone`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let tag = try #require(try await client.get("/v1/runs/\(id)/plan").headers[.eTag])
            try await fixture.database.pool.execute("UPDATE artifacts SET removed_at = now()")
            for headers: HTTPFields in [[:], [.ifNoneMatch: tag]] {
                let answer = try await client.get("/v1/runs/\(id)/plan", headers: headers)
                #expect(answer.status == 410)
                #expect(try answer.problem.slug == "artifact-removed")
            }
        }
    }

    @Test func `a plan is accepted as it is, once`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let waiting = try await client.get("/v1/runs/\(id)").decode(RunView.self)
            #expect(waiting.review?.state == "waiting" && waiting.state == "started")

            let answer = try await client.post("/v1/runs/\(id)/review", "")

            #expect(answer.status == 200)
            let run = try answer.decode(RunView.self)
            #expect(run.review?.state == "accepted" && run.review?.edited == false)
            let late = try await client.post("/v1/runs/\(id)/review", #"{"note":"me too"}"#)
            #expect(late.status == 409)
            #expect(try late.problem.detail == "The plan was reviewed before.")
            let types = try await client.get("/v1/runs/\(id)/events").decode(Page<EventView>.self)
                .data.map(\.type)
            #expect(types.contains("run.review_requested") && types.contains("run.reviewed"))
        }
    }

    @Test func `a plan that is sent back unchanged counts as unedited`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let text = try await client.get("/v1/runs/\(id)/plan").text
            let answer = try await client.post("/v1/runs/\(id)/review", #"{"plan":\#(text)}"#)

            #expect(answer.status == 200)
            #expect(try answer.decode(RunView.self).review?.edited == false)
            #expect(try await fixture.store.jobs(runId: id).first { $0.stage == .plan }?.attempt == 1)
        }
    }

    @Test func `an edited plan takes the place of the first one`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let before = try await client.get("/v1/runs/\(id)/plan")
            let body = """
                {"note":"Tighter.","plan":{"version":1,"moments":[
                {"start_ms":25000,"end_ms":29950,"title":"New one","hashtags":["#baking","art"],"rank":2},
                {"clip":"clip-02","rank":1,"start_ms":21000,"end_ms":24950,"hook":"Look here",
                "first_word":40,"score":80.0,"subscores":{"hook":80,"standalone":70.5,"value":60,
                "shareability":50,"energy":40}}]}}
                """
            let answer = try await client.post("/v1/runs/\(id)/review", body)

            #expect(answer.status == 200, "\(answer.text)")
            let review = try #require(try answer.decode(RunView.self).review)
            #expect(review.state == "accepted" && review.edited == true && review.note == "Tighter.")
            let edited = try await client.get("/v1/runs/\(id)/plan")
            #expect(edited.headers[.eTag] != before.headers[.eTag])
            let plan = try edited.decode(Plan.self)
            #expect(plan.moments.map(\.clip) == ["clip-02", "clip-03"])
            #expect(plan.moments.map(\.rank) == [1, 2])
            #expect(plan.moments.map(\.title) == ["Moment 2", "New one"])
            let (first, second) = (plan.moments[0], plan.moments[1])
            #expect(first.hook == "Look here" && first.firstWord == 42 && first.lastWord == 49)
            #expect(first.text.hasPrefix("word42 ") && first.text.hasSuffix("end49."))
            #expect(first.subscores != SamplePlan.plan.moments[1].subscores)
            #expect(second.hashtags == ["baking", "art"] && second.firstWord == 50 && second.lastWord == 59)
            #expect(!second.reason.isEmpty)
            #expect(plan.warnings == SamplePlan.plan.warnings)
        }
    }

    @Test func `everything wrong with an edited plan is told at once, with times that would do`() async throws
    {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let body = """
                {"note":7,"colour":1,"plan":{"model":"mine","moments":[
                {"clip":"clip-01","start_ms":0,"end_ms":4950,"score":99},
                {"clip":"clip-01","start_ms":4000,"end_ms":9950},
                {"clip":"clip-9","start_ms":10100,"end_ms":12999},
                {"start_ms":20000,"end_ms":52001,"title":"two\\nlines","first_word":3},
                {"start_ms":14000,"end_ms":16950,"mood":"x","title":""},
                {"start_ms":50000,"end_ms":52000.5},
                {"start_ms":50000,"end_ms":53000},
                {"start_ms":52000,"end_ms":56000},
                9]}}
                """
            let answer = try await client.post("/v1/runs/\(id)/review", body)

            #expect(answer.status == 422)
            let pointers = try Set(answer.pointers)
            let expected: Set<String> = [
                "/note", "/colour", "/plan/model", "/plan/moments/0/score", "/plan/moments/1/clip",
                "/plan/moments/1/start_ms", "/plan/moments/2/clip", "/plan/moments/2/start_ms",
                "/plan/moments/2/end_ms", "/plan/moments/3/end_ms", "/plan/moments/3/title",
                "/plan/moments/3/first_word", "/plan/moments/4/mood", "/plan/moments/4/title",
                "/plan/moments/4/end_ms", "/plan/moments/5/end_ms", "/plan/moments/6/end_ms",
                "/plan/moments/6/start_ms", "/plan/moments/7/start_ms", "/plan/moments/8",
            ]
            #expect(expected.subtracting(pointers).isEmpty, "missing: \(expected.subtracting(pointers))")
            let errors = try #require(try answer.problem.errors)
            let cut = errors.first { $0.pointer == "/plan/moments/2/start_ms" }?.detail ?? ""
            #expect(cut.contains("\"word20\"") && cut.contains("10000 or 10400 ms"))
            let run = try await client.get("/v1/runs/\(id)").decode(RunView.self)
            #expect(run.review?.state == "waiting")
        }
    }

    @Test(arguments: [
        (#"[{"start_ms":0,"end_ms":3000},{"start_ms":3000,"end_ms":52000}]"#, 200),
        (#"[{"start_ms":0,"end_ms":2999}]"#, 422),
        (#"[{"start_ms":49000,"end_ms":52001}]"#, 422),
        (#"[{"start_ms":-1,"end_ms":4000}]"#, 422),
        (#"[{"start_ms":9223372036854775807,"end_ms":4000}]"#, 422),
        (#"[{"start_ms":50000,"end_ms":51999},{"start_ms":0,"end_ms":3000}]"#, 422),
        ("[]", 422),
        ("{}", 422),
    ])
    func `moments are taken up to the edge of the source and the limits`(
        moments: String,
        status: Int
    )
        async throws
    {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let body = #"{"plan":{"moments":\#(moments)}}"#
            let answer = try await client.post("/v1/runs/\(id)/review", body)
            #expect(answer.status == status, "\(answer.text)")
        }
    }

    @Test func `a hundred moments are the most, and a mebibyte`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let moment = #"{"start_ms":0,"end_ms":3000}"#
            let many = Array(repeating: moment, count: 101).joined(separator: ",")
            let answer = try await client.post(
                "/v1/runs/\(id)/review",
                #"{"plan":{"moments":[\#(many)]}}"#
            )
            #expect(answer.status == 422)
            #expect(try answer.pointers.contains("/plan/moments"))
            let large = String(repeating: "x", count: 1 << 20)
            #expect(try await client.post("/v1/runs/\(id)/review", #"{"note":"\#(large)"}"#).status == 413)
            let long = String(repeating: "ü", count: 2_001)
            #expect(try await client.post("/v1/runs/\(id)/review", #"{"note":"\#(long)"}"#).status == 422)
            let most = String(repeating: "ü", count: 2_000)
            #expect(try await client.post("/v1/runs/\(id)/review", #"{"note":"\#(most)"}"#).status == 200)
        }
    }

    @Test func `a review of another version of the plan is refused`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let path = "/v1/runs/\(id)/review"
            let tag = try #require(try await client.get("/v1/runs/\(id)/plan").headers[.eTag])
            let other = "\"\(String(repeating: "0", count: 64))\""
            let refused = try await client.post(path, "{}", headers: [.ifMatch: other])
            #expect(refused.status == 412)
            #expect(try refused.problem.slug == "precondition-failed")
            #expect(try await client.post(path, "{}", headers: [.ifMatch: "W/\(tag)"]).status == 412)
            #expect(try await client.post(path, "{}", key: fixture.otherKey).status == 404)
            let taken = try await client.post(path, "{}", headers: [.ifMatch: "\(other), \(tag)"])
            #expect(taken.status == 200)
        }
    }

    @Test func `of two edits at once one is taken whole`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            let answers = Answers()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 1...6 {
                    group.addTask {
                        let moment =
                            #"{"clip":"clip-01","start_ms":0,"end_ms":4950,"title":"Edit \#(index)"}"#
                        let body = #"{"note":"Edit \#(index)","plan":{"moments":[\#(moment)]}}"#
                        answers.add(try await client.post("/v1/runs/\(id)/review", body))
                    }
                }
                try await group.waitForAll()
            }

            #expect(answers.all.map(\.status).sorted() == [200, 409, 409, 409, 409, 409])
            let run = try await client.get("/v1/runs/\(id)").decode(RunView.self)
            #expect(try await plan(of: id, client).moments.map(\.title) == [run.review?.note])
        }
    }

    @Test func `a cancelled run takes no review`() async throws {
        let fixture = try await APIFixture.make()
        let id = try await fixture.makePlannedRun()

        try await fixture.withClient { client in
            #expect(try await client.post("/v1/runs/\(id)/cancel", "").status == 200)
            let answer = try await client.post("/v1/runs/\(id)/review", "{}")
            #expect(answer.status == 409)
            #expect(try answer.problem.detail.contains("'cancelled'"))
        }
    }
}
