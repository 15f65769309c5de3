import Foundation
import Testing

@testable import Webhooks

@Suite struct RecordedHeadersTests {
    @Test func `what would break a line or a database's text is replaced`() throws {
        let kept = RecordedHeaders.select([
            ("x-nul", "a\u{0}b"), ("x-line", "a\r\nb\u{2028}c\u{85}d"), ("x-turn", "a\u{202E}b"),
            ("x-odd", String(decoding: [0xFF, 0x61, 0xC3], as: UTF8.self)), ("x-\u{0}name", "1"), ("", "1"),
        ])

        #expect(kept["x-nul"] == "a\u{FFFD}b")
        #expect(kept["x-line"] == "a\u{FFFD}\u{FFFD}b\u{FFFD}c\u{FFFD}d")
        #expect(kept["x-turn"] == "a\u{FFFD}b")
        #expect(kept["x-odd"] == "\u{FFFD}a\u{FFFD}")
        #expect(kept.count == 4)
    }

    @Test func `number and size have their limits`() {
        let wide = String(repeating: "e\u{301}", count: 1000)
        let many = RecordedHeaders.select((0..<100).map { ("x-\($0)", wide) })

        #expect(many.count == RecordedHeaders.countMax)
        #expect(many.values.allSatisfy { (500...RecordedHeaders.valueBytesMax).contains($0.utf8.count) })
        #expect(
            RecordedHeaders.select([(String(repeating: "n", count: RecordedHeaders.nameBytesMax + 1), "1")])
                .isEmpty
        )
        #expect(RecordedHeaders.select([("x", String(repeating: "a", count: 512))])["x"]?.count == 512)
    }

    @Test func `one character of a thousand parts is cut too`() {
        let cluster = "a" + String(repeating: "\u{301}", count: 30_000)

        let kept = RecordedHeaders.select([("x", cluster)])

        #expect(kept["x"].map { $0.utf8.count <= RecordedHeaders.valueBytesMax } == true)
    }

    @Test(arguments: ["set-cookie", "Set-Cookie", "authorization", "www-authenticate"])
    func `what may hold a session is not kept`(name: String) {
        #expect(RecordedHeaders.select([(name, "secret")]).isEmpty)
    }
}
