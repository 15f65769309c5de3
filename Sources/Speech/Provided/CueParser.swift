package import Contracts

/// Reads subtitles, SubRip or WebVTT, as sentences with times.
package struct CueParser {
    package static let cuesMax = 50_000

    package private(set) var cues: [ProvidedTranscript.Sentence] = []
    /// What cannot be read, with the number of its line.
    package private(set) var faults: [String] = []

    package init(_ text: String) {
        var block: [Substring] = []
        var blockLine = 1
        let bare = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        let lines = bare.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            if line.allSatisfy(\.isWhitespace) {
                take(block, at: blockLine)
                block = []
            } else {
                if block.isEmpty { blockLine = index + 1 }
                block.append(line)
            }
            if cues.count > Self.cuesMax {
                faults.append("there are more than \(Self.cuesMax) cues")
                return
            }
        }
        take(block, at: blockLine)
    }

    private mutating func take(_ block: [Substring], at line: Int) {
        guard let first = block.first else { return }
        guard let place = block.prefix(2).firstIndex(where: { $0.contains("-->") }) else {
            let isHeader = ["WEBVTT", "NOTE", "STYLE", "REGION"].contains { first.hasPrefix($0) }
            if !isHeader { faults.append("line \(line): a cue needs a line of two times and -->") }
            return
        }
        let sides = block[place].split(separator: "-->", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, let start = Self.milliseconds(sides[0]), let end = Self.milliseconds(sides[1])
        else {
            faults.append("line \(line + place): its times cannot be read")
            return
        }
        let (text, speaker) = Self.plain(block[(place + 1)...].joined(separator: " "))
        // Music signs and the like say nothing.
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return }
        guard end > start else {
            faults.append("line \(line + place): a cue must end after it starts")
            return
        }
        cues.append(
            ProvidedTranscript.Sentence(startMs: start, endMs: end, text: text, speaker: speaker)
        )
    }

    /// `01:02:03,450` or `02:03.450`; what follows it, such as the place on the screen, is left out.
    private static func milliseconds(_ side: Substring) -> Int? {
        guard let text = side.split(whereSeparator: \.isWhitespace).first, text.utf8.count <= 16 else {
            return nil
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        let seconds = parts[parts.count - 1].split(
            omittingEmptySubsequences: false,
            whereSeparator: { $0 == "," || $0 == "." }
        )
        guard (1...2).contains(seconds.count), let whole = number(seconds[0], below: 60) else { return nil }
        var total = whole * 1_000
        if seconds.count == 2 {
            guard (1...3).contains(seconds[1].utf8.count), let part = number(seconds[1], below: 1_000) else {
                return nil
            }
            total += part * [100, 10, 1][seconds[1].utf8.count - 1]
        }
        guard let minutes = number(parts[parts.count - 2], below: 60) else { return nil }
        total += minutes * 60_000
        guard parts.count == 3 else { return total }
        return number(parts[0], below: 100).map { total + $0 * 3_600_000 }
    }

    private static func number(_ digits: Substring, below limit: Int) -> Int? {
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(digits).flatMap { $0 < limit ? $0 : nil }
    }

    /// The text without its markup, and who speaks it as far as the markup tells.
    private static func plain(_ text: String) -> (text: String, speaker: String?) {
        var plain = ""
        var tag = ""
        var speaker: String?
        var closing: Character?
        // A sign that nothing closes opens nothing.
        let lastClosings: [Character: String.Index?] = [
            "<": text.lastIndex(of: ">"), "{": text.lastIndex(of: "}"),
        ]
        for index in text.indices {
            let character = text[index]
            if let open = closing {
                guard character == open else {
                    tag.append(character)
                    continue
                }
                if speaker == nil, tag.hasPrefix("v ") {
                    let name = tag.dropFirst(2)
                    speaker = name.allSatisfy(\.isWhitespace) ? nil : String(name)
                }
                closing = nil
            } else if let last = lastClosings[character] ?? nil, index < last {
                closing = character == "<" ? ">" : "}"
                tag = ""
            } else {
                plain.append(character)
            }
        }
        for (name, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&lrm;", ""), ("&rlm;", "")] {
            plain = plain.replacing(name, with: sign)
        }
        return (plain.replacing("&amp;", with: "&"), speaker)
    }
}
