import Contracts
import Foundation
import Testing

@Suite struct WireJSONTests {
    @Test func `keys are snake_case and metadata keys stay as they are`() throws {
        let request = RunRequest(
            source: .init(assetId: "ast_1"),
            metadata: ["caseId": "7", "snake_key": "8"]
        )

        let text = String(decoding: try WireJSON.encode(request), as: UTF8.self)

        #expect(text == #"{"metadata":{"caseId":"7","snake_key":"8"},"source":{"asset_id":"ast_1"}}"#)
        #expect(try WireJSON.decode(RunRequest.self, from: Data(text.utf8)) == request)
    }

    @Test func `options from before the option reuse mean that it is on`() throws {
        let text = #"{"providers":{},"review":"none","shorts":{}}"#

        let options = try WireJSON.decode(RunOptions.self, from: Data(text.utf8))

        #expect(options.reuse)
        var off = options
        off.reuse = false
        #expect(try WireJSON.decode(RunOptions.self, from: WireJSON.encode(off)) == off)
    }

    @Test func `members that a contract always shows are null when they are empty`() throws {
        let view = AssetView(
            id: "ast_1",
            sha256: "00",
            sizeBytes: 1,
            media: nil,
            createdAt: Date(timeIntervalSince1970: 0)
        )

        let text = String(decoding: try WireJSON.encode(view), as: UTF8.self)

        #expect(text.contains(#""media":null"#))
        #expect(text.contains(#""created_at":"1970-01-01T00:00:00.000Z""#))
        #expect(try WireJSON.decode(AssetView.self, from: Data(text.utf8)) == view)
        let short = #"{"id":"ast_1","sha256":"00","size_bytes":1,"created_at":"1970-01-01T00:00:00Z"}"#
        #expect(try WireJSON.decode(AssetView.self, from: Data(short.utf8)) == view)
    }

    @Test(arguments: [0.0, 0.001, 0.999, 1_764_000_000.123, 1_764_000_000.999])
    func `a time keeps its milliseconds`(seconds: Double) throws {
        let text = Timestamp.format(Date(timeIntervalSince1970: seconds))

        let parsed = try #require(Timestamp.parse(text))

        #expect(abs(parsed.timeIntervalSince1970 - seconds) < 0.000_5)
    }

    @Test func `ids have their prefix, 26 characters, and the order of their making`() {
        let early = ResourceID.make(.run, now: Date(timeIntervalSince1970: 1))
        let late = ResourceID.make(.run, now: Date(timeIntervalSince1970: 2))

        #expect(early < late)
        #expect(ResourceID.isValid(early, .run))
        #expect(!ResourceID.isValid(early, .job))
        #expect(!ResourceID.isValid("run_0000000000000000000000000u", .run))
    }

    @Test(arguments: ["media.mp4", "framing/clip-01.json", "rendition/clip-01.9x16.mp4"])
    func `an artifact name reads back as it was written`(text: String) throws {
        #expect(try #require(ArtifactName(parsing: text)).description == text)
    }

    @Test(arguments: [
        "", "media", "../media.mp4", "a/b/c.mp4", "a/..", "/media.mp4", "Media.mp4", "media.mp4/", "a/.json",
        "a/b.c.d.e", "media.9x16.mp4", "-a.mp4", "a b.mp4", "a\u{0}.mp4",
    ])
    func `a name of any other shape is refused`(text: String) {
        #expect(ArtifactName(parsing: text) == nil)
    }
}
