import Artifacts
import Contracts
import Foundation
import HTTPTypes
import Pipeline
import Speech
import Store
import Testing

@testable import API

@Suite struct ProvidedInputTests {
    private func body(_ asset: AssetRecord, _ members: String) -> String {
        #"{"source":{"asset_id":"\#(asset.id)"},\#(members)}"#
    }

    @Test func `a run takes a transcript and moments, and shows that it did`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let members = """
                "transcript":{"version":1,"language":"en-GB","model":"mine","duration_ms":5,"warnings":[],
                "words":[{"text":"Hi.","start_ms":0,"end_ms":400,"confidence":1,"speaker":"Ann"}]},
                "language":"en","moments":[{"start_ms":5000,"end_ms":9000,"title":"Second"},
                {"start_ms":0,"end_ms":5000,"hook":"Look","description":"A\\nB","hashtags":["#one","two"]}]
                """
            let answer = try await client.post("/v1/runs", body(asset, members))

            #expect(answer.status == 202, "\(answer.text)")
            let view = try answer.decode(RunView.self)
            #expect(view.provided == RunView.Provided(transcript: true, moments: 2))
            let run = try #require(try await fixture.store.run(tenantId: fixture.tenantId, id: view.id))
            let moments = try #require(run.provided?.moments)
            #expect(moments.map(\.startMs) == [5_000, 0] && moments[1].hashtags == ["one", "two"])
            let file = try #require(run.provided?.transcript)
            let location = try #require(ArtifactLocation(parsing: file.location))
            let bytes = try await fixture.artifacts.data(location, bytesMax: 10_000)
            let kept = try ProvidedTranscript(file: bytes)
            #expect(kept.language == "en-GB" && kept.words?.map(\.text) == ["Hi."])
        }
    }

    @Test func `subtitles and uploaded files are taken too`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let cue = #"1\n00:00:01,000 --> 00:00:02,000\nHello there.\n"#
            for transcript in [
                #"{"srt":"\#(cue)"}"#, #"{"vtt":"WEBVTT\n\n\#(cue)"}"#, #"{"asset_id":"\#(asset.id)"}"#,
            ] {
                let members = #""language":"en","transcript":\#(transcript)"#
                let answer = try await client.post("/v1/runs", body(asset, members))
                #expect(answer.status == 202, "\(answer.text)")
                #expect(try answer.decode(RunView.self).provided?.transcript == true)
            }
        }
    }

    @Test(arguments: [
        (#""transcript":{}"#, ["/transcript", "/transcript/language"]),
        (#""transcript":7"#, ["/transcript"]),
        (#""transcript":{"srt":"x","vtt":"y","language":"en"}"#, ["/transcript"]),
        (#""language":"en","transcript":{"srt":"not subtitles"}"#, ["/transcript/srt"]),
        (#""language":"en","transcript":{"asset_id":"ast_x"}"#, ["/transcript/asset_id"]),
        (
            #""language":"en","transcript":{"asset_id":"ast_01jdf8w3n7q2k5m9x4c6v8b0az"}"#,
            ["/transcript/asset_id"]
        ),
        (
            #""language":"de","transcript":{"language":"en","words":[{"text":"a","start_ms":0,"end_ms":1}]}"#,
            ["/transcript/language"]
        ),
        (#""transcript":{"words":[{"text":"a","start_ms":0,"end_ms":1}]}"#, ["/transcript/language"]),
        (
            #"""
            "language":"en","transcript":{"words":[{"text":"a","start_ms":-1,"end_ms":1},{"txt":"b"},9,
            {"text":"c","start_ms":5,"end_ms":4},{"text":"d","start_ms":0,"end_ms":86400001,"confidence":"x"},
            {"text":"e","start_ms":6,"end_ms":7,"confidence":2}],"mood":1}
            """#,
            [
                "/transcript/words/0/start_ms", "/transcript/words/1/text", "/transcript/words/1/txt",
                "/transcript/words/2", "/transcript/words/3/end_ms", "/transcript/words/4/end_ms",
                "/transcript/words/4/confidence", "/transcript/words/5/confidence", "/transcript/mood",
            ]
        ),
        (#""moments":[]"#, ["/moments"]),
        (
            #"""
            "shorts":{"target_count":2,"range_ms":{"start_ms":0,"end_ms":5}},"moments":[{"start_ms":0},
            {"start_ms":10,"end_ms":3009},{"start_ms":5000,"end_ms":605001},
            {"start_ms":6000,"end_ms":9000,"title":"","hashtags":["two words"],"rank":1}]
            """#,
            [
                "/shorts/target_count", "/shorts/range_ms", "/moments/0/end_ms", "/moments/1/end_ms",
                "/moments/2/end_ms", "/moments/3/title", "/moments/3/hashtags/0", "/moments/3/rank",
                "/moments/3/start_ms",
            ]
        ),
    ])
    func `everything wrong with what is brought is told at once`(
        members: String,
        pointers: [String]
    )
        async throws
    {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let answer = try await client.post("/v1/runs", body(asset, members))
            #expect(answer.status == 422)
            let found = try Set(answer.pointers)
            #expect(found.isSuperset(of: pointers), "missing: \(Set(pointers).subtracting(found))")
        }
    }

    @Test func `limits are kept to the last one`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            func moments(_ count: Int) -> String {
                let list = (0..<count).map { #"{"start_ms":\#($0 * 3_000),"end_ms":\#($0 * 3_000 + 3_000)}"# }
                return #""moments":[\#(list.joined(separator: ","))]"#
            }
            for (count, status) in [(100, 202), (101, 422)] {
                let answer = try await client.post("/v1/runs", body(asset, moments(count)))
                #expect(answer.status == status)
            }
            let longest = String(repeating: "w", count: 100)
            for (text, status) in [(longest, 202), (longest + "w", 422)] {
                let words = #"{"words":[{"text":"\#(text)","start_ms":0,"end_ms":1}]}"#
                let members = #""language":"en","transcript":\#(words)"#
                let answer = try await client.post("/v1/runs", body(asset, members))
                #expect(answer.status == status)
            }
        }
    }

    @Test func `what reads a transcript that is gone is not done again`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let words = #"{"words":[{"text":"Hi.","start_ms":0,"end_ms":400}]}"#
            let members = #""language":"en","transcript":\#(words)"#
            let id = try await client.post("/v1/runs", body(asset, members)).decode(RunView.self).id
            try await fixture.advance(id, upTo: .render)
            let run = try #require(try await fixture.store.run(tenantId: fixture.tenantId, id: id))
            let file = try #require(run.provided?.transcript)
            try await fixture.artifacts.delete(try #require(ArtifactLocation(parsing: file.location)))
            try await fixture.endRenders(id) { _ in false }

            for path in ["jobs/transcode/reset", "jobs/transcribe/reset", "rerun"] {
                let answer = try await client.post("/v1/runs/\(id)/\(path)", "")
                #expect(answer.status == 409)
                #expect(try answer.problem.slug == "source-gone")
                #expect(try answer.problem.detail.contains("'\(file.assetId)'"))
            }
            #expect(try await fixture.store.jobs(runId: id).allSatisfy { $0.state == .completed })
            #expect(try await client.post("/v1/runs/\(id)/rerun", #"{"from_stage":"segment"}"#).status == 202)
            #expect(try await client.post("/v1/runs/\(id)/jobs/segment/reset", "").status == 202)
        }
    }

    @Test func `another tenant's file is no transcript`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))

        try await fixture.withClient { client in
            let own = try await client.send(.post, "/v1/assets", key: fixture.otherKey, bytes: [1, 2, 3])
            let source = try own.decode(AssetView.self).id
            let body = #"""
                {"source":{"asset_id":"\#(source)"},"language":"en","transcript":{"asset_id":"\#(asset.id)"}}
                """#
            let answer = try await client.post("/v1/runs", body, key: fixture.otherKey)
            #expect(answer.status == 422)
            #expect(try answer.pointers == ["/transcript/asset_id"])
        }
    }

    @Test func `a file beyond the limit is refused at the door`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))
        let large = try await fixture.store.insertAsset(
            tenantId: fixture.tenantId,
            sha256: String(repeating: "c", count: 64),
            sizeBytes: Int64(TranscriptIntake.fileBytesMax) + 1,
            location: "\(fixture.tenantId)/assets/\(String(repeating: "c", count: 64))"
        )

        try await fixture.withClient { client in
            let members = #""language":"en","transcript":{"asset_id":"\#(large.id)"}"#
            let answer = try await client.post("/v1/runs", body(asset, members))
            #expect(answer.status == 422)
            #expect(try answer.pointers == ["/transcript/asset_id"])
        }
    }
}
