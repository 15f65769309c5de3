import Editorial

/// Answers the questions of a hosted editor as a model does that keeps all rules.
enum FakeEditor {
    static func answer(_ question: FakeQuestion) -> JSONTree {
        ["moments": .array(question.isShortlist ? shortlist(question) : details(question))]
    }

    /// Moments one after the other, each a third of the way from the shortest to the longest.
    private static func shortlist(_ question: FakeQuestion) -> [JSONTree] {
        let lines = question.lines
        let shortest = question.number(behind: "A moment lasts from") ?? 15
        let longest = question.number(behind: "A moment lasts from \(shortest) to") ?? 60
        let wanted = question.number(behind: "Choose up to") ?? 1
        var moments: [JSONTree] = []
        var first = 0
        while first < lines.count, moments.count < wanted {
            var last = first
            while last + 2 < lines.count, lines[last + 2].number == lines[first].number + last + 2 - first,
                lines[last + 1].start - lines[first].start < shortest + (longest - shortest) / 3
            {
                last += 1
            }
            // Where the next sentence starts, this one has ended.
            let seconds = last + 1 < lines.count ? lines[last + 1].start - lines[first].start : 0
            if seconds > shortest + 1, seconds < longest - 1 {
                let points = JSONTree.integer(95 - moments.count * 7 % 50)
                moments.append([
                    "first_sentence": .integer(lines[first].number),
                    "last_sentence": .integer(lines[last].number),
                    "hook": points, "standalone": points, "value": points, "shareability": points,
                ])
            }
            first = last + 1
        }
        return moments
    }

    /// Titles of the moments' own first words.
    private static func details(_ question: FakeQuestion) -> [JSONTree] {
        let texts = Dictionary(
            question.lines.map { ($0.number, $0.text) },
            uniquingKeysWith: { first, _ in first }
        )
        return question.moments.map { moment in
            [
                "moment": .integer(moment.number), "first_sentence": .integer(moment.first),
                "last_sentence": .integer(moment.last), "title": .string(title(texts[moment.first] ?? "")),
                "hook": "What you did not know", "description": "What was said, in short.",
                "hashtags": ["talk", .string(question.api.rawValue)], "reason": "It opens well.",
            ]
        }
    }

    private static func title(_ text: String) -> String {
        var title = ""
        for word in text.lowercased().split(separator: " ") where title.count + word.count < 58 {
            title += title.isEmpty ? word : " " + word
        }
        return title.prefix(1).uppercased() + title.dropFirst()
    }
}
