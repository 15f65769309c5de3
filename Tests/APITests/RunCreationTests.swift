import Contracts
import Editorial
import Foundation
import HTTPTypes
import Postgres
import Store
import TestSupport
import Testing

@testable import API

@Suite struct RunCreationTests {
    @Test func `a run is accepted with its defaults filled in and its style pinned`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let body = """
                {"source":{"asset_id":"\(asset.id)"},"shorts":{"target_count":3},"language":"pt-BR",
                "metadata":{"campaignName":"Autumn","empty":""},"external_id":"ep-1"}
                """
            let answer = try await client.post("/v1/runs", body)

            #expect(answer.status == 202)
            let run = try answer.decode(RunView.self)
            #expect(answer.headers[.location] == "/v1/runs/\(run.id)")
            #expect(run.state == "started")
            #expect(run.style.package == "default")
            #expect(run.style.version == 1)
            #expect(run.options.shorts.targetCount == 3)
            #expect(run.options.shorts.maxCount == 40)
            #expect(run.options.shorts.aspectRatios == AspectRatio.allCases)
            #expect(run.options.language == "pt-BR")
            #expect(run.options.reuse)
            #expect(run.metadata == ["campaignName": "Autumn", "empty": ""])
            #expect(run.externalId == "ep-1")
            let read = try await client.get("/v1/runs/\(run.id)").decode(RunView.self)
            #expect(read.jobs?.count == 12)
            let jobs = try await client.get("/v1/runs/\(run.id)/jobs").decode(Page<JobView>.self)
            #expect(jobs.data.map(\.number) == (1...12).map { $0 < 10 ? "0\($0)" : "\($0)" })
        }
    }

    @Test func `a language is kept as BCP 47 writes it, whatever its capitals are`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            for (given, kept) in [("EN", "en"), ("PT-br", "pt-BR"), ("zh-HANS", "zh-Hans")] {
                let answer = try await client.post(
                    "/v1/runs",
                    #"{"source":{"url":"https://a.example.com/v.mp4"},"language":"\#(given)"}"#
                )
                #expect(try answer.decode(RunView.self).options.language == kept)
            }
        }
    }

    @Test func `reuse is switched off by a boolean and by nothing else`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            func post(_ reuse: String) async throws -> Answer {
                try await client.post(
                    "/v1/runs",
                    #"{"source":{"url":"https://a.example.com/v.mp4"},"reuse":\#(reuse)}"#
                )
            }
            #expect(try await post("false").decode(RunView.self).options.reuse == false)
            #expect(try await post("true").decode(RunView.self).options.reuse)
            for wrong in ["0", "\"false\"", "[]"] {
                let answer = try await post(wrong)
                #expect(answer.status == 422)
                #expect(try answer.pointers == ["/reuse"])
            }
        }
    }

    @Test func `everything wrong with a body is told at once`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = """
                {"source":{"url":"https://a.example.com/v.mp4","asset_id":"ast_x","colour":1},"workflow":7,
                "style":{"version":0},"shorts":{"target_count":9,"max_count":3,"min_duration_ms":"long",
                "aspect_ratios":["9:16","4:3","9:16"],"keywords":[""],"range_ms":{"start_ms":5000,"end_ms":5000},
                "exclude_ranges_ms":[{"start_ms":1}]},"review":"after_render","language":"english please",
                "providers":{"vision":"nobody","sound":"x"},"metadata":{"a/b":3},"external_id":"","rerun_of":"run_1"}
                """
            let answer = try await client.post("/v1/runs", body)

            #expect(answer.status == 422)
            let problem = try answer.problem
            #expect(problem.slug == "invalid-request")
            #expect(problem.requestId != nil)
            let pointers = try Set(answer.pointers)
            let expected: Set<String> = [
                "/source", "/source/asset_id", "/source/colour", "/workflow", "/style/package",
                "/style/version", "/shorts/target_count", "/shorts/min_duration_ms",
                "/shorts/aspect_ratios/1", "/shorts/aspect_ratios/2", "/shorts/keywords/0",
                "/shorts/range_ms",
                "/shorts/exclude_ranges_ms/0/end_ms", "/review", "/language", "/providers/vision",
                "/providers/sound", "/metadata/a~1b", "/external_id", "/rerun_of",
            ]
            #expect(pointers.isSuperset(of: expected), "missing: \(expected.subtracting(pointers))")
        }
    }

    @Test(arguments: [
        (#"{"source":{"url":"https://127.0.0.1/v.mp4"}}"#, "source-address-blocked"),
        (#"{"source":{"url":"https://[::1]/v.mp4"}}"#, "source-address-blocked"),
        (#"{"source":{"url":"https://169.254.169.254/latest"}}"#, "source-address-blocked"),
        (#"{"source":{"url":"http://media.example.com/v.mp4"}}"#, "source-address-blocked"),
        (#"{"source":{"url":"not a url"}}"#, "invalid-request"),
        (#"{"source":{"url":"file:///etc/passwd"}}"#, "invalid-request"),
        (#"{"source":{"url":"https://a.example.com/v"},"style":{"package":"none"}}"#, "unknown-style"),
        (
            #"{"source":{"url":"https://a.example.com/v"},"style":{"package":"default","version":9}}"#,
            "unknown-style"
        ),
        (#"{"source":{"url":"https://a.example.com/v"},"workflow":"longs.v1"}"#, "unknown-workflow"),
        (
            #"{"source":{"url":"https://a.example.com/v"},"providers":{"render":"x"}}"#, "unknown-provider"
        ),
        (#"[]"#, "invalid-request"),
        (#"{}"#, "invalid-request"),
    ])
    func `one special mistake names the problem itself`(_ body: String, _ slug: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let answer = try await client.post("/v1/runs", body)

            #expect(answer.status == 422)
            #expect(try answer.problem.slug == slug)
        }
    }

    @Test func `a style's version may be named by its number or by its label`() async throws {
        let fixture = try await APIFixture.make()
        try await fixture.database.pool.execute(
            """
            INSERT INTO style_versions (id, package, version, label, digest, document)
            SELECT 'sty_2', package, 2, '3.2.1', digest, document
            FROM style_versions
            """
        )

        try await fixture.withClient { client in
            func body(_ version: String) -> String {
                #"{"source":{"url":"https://a.example.com/v"},"style":{"package":"default","version":\#(version)}}"#
            }
            for (version, number) in [("1", 1), (#""3.2.1""#, 2)] {
                let answer = try await client.post("/v1/runs", body(version))
                #expect(answer.status == 202)
                #expect(try answer.decode(RunView.self).style.version == number)
            }
            for version in [
                #""3.2""#, #""1""#, #""""#, "\"\(String(repeating: "é", count: 33))\"", "1.5", "[]",
            ] {
                #expect(try await client.post("/v1/runs", body(version)).status == 422)
            }
        }
    }

    @Test func `bodies that are no JSON, too large or of another type are refused`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            for body in ["", "{", "{\"a\":1}}", "\u{FEFF}nope", "{\"source\":\u{1}}"] {
                let answer = try await client.post("/v1/runs", body)
                #expect(answer.status == 400)
                #expect(try answer.problem.slug == "malformed-body")
            }
            let deep = String(repeating: "[", count: 200_000)
            #expect(try await client.post("/v1/runs", deep).status == 400)
            let large = "{\"external_id\":\"\(String(repeating: "a", count: 1 << 20))\"}"
            let answer = try await client.post("/v1/runs", large)
            #expect(answer.status == 413)
            #expect(try answer.problem.slug == "body-too-large")
            let wide = try await client.post("/v1/runs", "[0\(String(repeating: ",0", count: 60_000))]")
            #expect(wide.status == 422)
            #expect(try wide.problem.detail.contains("more values"))
            let form = try await client.post(
                "/v1/runs",
                "a=b",
                headers: [.contentType: "application/x-www-form-urlencoded"]
            )
            #expect(form.status == 415)
        }
    }

    @Test func `the same key and body give the first answer again, another body does not`() async throws {
        let fixture = try await APIFixture.make()
        let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#
        let other = #"{"source":{"url":"https://media.example.com/w.mp4"}}"#

        try await fixture.withClient { client in
            let first = try await client.post("/v1/runs", body, headers: [.idempotencyKey: "k-1"])
            let again = try await client.post("/v1/runs", body, headers: [.idempotencyKey: "\"k-1\""])
            let changed = try await client.post("/v1/runs", other, headers: [.idempotencyKey: "k-1"])

            #expect(first.status == 202)
            #expect(first.headers[.idempotentReplayed] == nil)
            #expect(again.status == 202)
            #expect(again.body == first.body)
            #expect(again.headers[.location] == first.headers[.location])
            #expect(again.headers[.idempotentReplayed] == "true")
            #expect(changed.status == 422)
            #expect(try changed.problem.slug == "idempotency-key-reused")
            let runs = try await client.get("/v1/runs").decode(Page<RunView>.self)
            #expect(runs.data.count == 1)
        }
    }

    @Test func `keys belong to their tenant`() async throws {
        let fixture = try await APIFixture.make()
        let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let headers: HTTPFields = [.idempotencyKey: "shared"]
            let mine = try await client.post("/v1/runs", body, headers: headers)
            let theirs = try await client.post("/v1/runs", body, key: otherKey, headers: headers)

            #expect(theirs.status == 202)
            #expect(theirs.headers[.idempotentReplayed] == nil)
            #expect(mine.headers[.location] != theirs.headers[.location])
        }
    }

    @Test func `twenty at once under one key make one run`() async throws {
        let fixture = try await APIFixture.make()
        let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#

        try await fixture.withClient { client in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await client.post("/v1/runs", body, headers: [.idempotencyKey: "storm"]).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }

            #expect(statuses.allSatisfy { $0 == 202 || $0 == 409 })
            #expect(statuses.contains(202))
            let runs = try await client.get("/v1/runs").decode(Page<RunView>.self)
            #expect(runs.data.count == 1)
        }
    }

    @Test func `a hosted model is refused with what sets it up, and taken once it is`() async throws {
        let remedies: [ProviderNames.Need: [String: String]] = [
            .editorial: ["anthropic": "set REELGATE_ANTHROPIC_API_KEY"]
        ]
        let body = #"{"source":{"url":"https://a.example.com/v"},"providers":{"editorial":"anthropic"}}"#
        let without = try await APIFixture.make { configuration in
            configuration.providers = ProviderNames(APIFixture.providers, setUpBy: remedies)
        }
        try await without.withClient { client in
            let answer = try await client.post("/v1/runs", body)
            #expect(answer.status == 422)
            let problem = try answer.problem
            #expect(problem.slug == "unknown-provider")
            let told = try #require(problem.errors?.first)
            #expect(told.pointer == "/providers/editorial")
            #expect(
                told.detail.contains("set REELGATE_ANTHROPIC_API_KEY") && told.detail.contains("embedded")
            )
            let other = try await client.post("/v1/runs", body.replacing("editorial", with: "render"))
            let detail = try #require(try other.problem.errors?.first).detail
            #expect(detail.contains("does other work") && !detail.contains("ANTHROPIC"))
        }
        let with = try await APIFixture.make { configuration in
            let registry = EditorialRegistry(hosted: ["anthropic": DeterministicScorer()])
            configuration.providers = ProviderNames(
                APIFixture.providers,
                editorial: registry,
                setUpBy: remedies
            )
        }
        try await with.withClient { client in
            let answer = try await client.post("/v1/runs", body)
            #expect(answer.status == 202)
        }
    }
}
