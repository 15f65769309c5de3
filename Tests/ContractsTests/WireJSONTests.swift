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

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("2026-11-24T09:00:00.000Z", 1_795_510_800),
        ("2026-11-24t10:30:00.5+01:30", 1_795_510_800.5), ("2026-11-23T20:00:00-13:00", 1_795_510_800),
        ("2024-02-29T23:59:59.999999999Z", 1_709_251_199.999_999_999), ("2000-02-29T00:00:00z", 951_782_400),
        ("1969-12-31T23:59:59.25Z", -0.75), ("0000-01-01T00:00:00Z", -62_167_219_200),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ])
    func `a time is read in any place's hours`(text: String, seconds: Double) throws {
        let time = try #require(Timestamp.parse(text))

        #expect(abs(time.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test func `every day of four centuries is read as it is written`() {
        for day in stride(from: 0, to: 146_097, by: 1) {
            let time = Date(timeIntervalSince1970: Double(day - 73_000) * 86_400)
            #expect(Timestamp.parse(Timestamp.format(time)) == time)
        }
    }

    @Test(arguments: [
        "2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+0100", "2026-01-01 00:00:00Z", "2026-01-01", "10000-01-01T00:00:00Z",
        "+2026-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "2026-01-01T00:00:00Zz",
        "1764000000", "yesterday", "",
    ])
    func `a time that there is not, or in another form, is none`(text: String) {
        #expect(Timestamp.parse(text) == nil)
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
