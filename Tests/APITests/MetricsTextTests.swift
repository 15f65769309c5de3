import Store
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

    @Test func `shorts are counted by whether they are ready, those that there are none of too`() {
        let shorts = ShortCounters()
        shorts.count(.ready, times: 34)
        shorts.count(.notReady)
        var text = MetricsText()

        text.add(shorts)

        let samples = text.lines.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            samples == [
                #"reelgate_shorts_total{verdict="ready"} 34"#,
                #"reelgate_shorts_total{verdict="not_ready"} 1"#,
                #"reelgate_shorts_total{verdict="unmeasured"} 0"#,
                #"reelgate_shorts_total{verdict="failed"} 0"#,
            ]
        )
        #expect(text.lines.contains("# TYPE reelgate_shorts_total counter\n"))
    }
}
