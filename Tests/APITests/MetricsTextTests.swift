import Testing

@testable import API

@Suite struct MetricsTextTests {
    @Test func `quotes, backslashes and line ends of labels are escaped, whatever comes after them`() {
        for follower in ["", "\u{FE0F}", "\u{301}", "\u{200D}"] {
            var text = MetricsText()

            text.add(
                "m",
                type: "gauge",
                help: "A gauge.",
                samples: [(labels: [("l", "\"\(follower)\\\(follower)\n")], value: 1)]
            )

            let sample = "m{l=\"\\\"\(follower)\\\\\(follower)\\n\"} 1\n"
            #expect(Array(text.lines.utf8).suffix(sample.utf8.count) == Array(sample.utf8)[...])
        }
    }
}
