package import Contracts

/// The captions of a short as a file of their own, in the time of the finished short.
package enum CaptionFile: String, Sendable, CaseIterable {
    case srt
    case vtt

    /// Nil for a short without captions.
    package func text(of short: Composition.Short) -> String? {
        guard short.captionStyle.enabled else { return nil }
        let cues = CaptionCues(durationMs: short.durationMs).cues(short.captions)
        guard !cues.isEmpty else { return nil }
        switch self {
        case .srt:
            return cues.enumerated().map { index, cue in
                "\(index + 1)\n\(timing(cue, ","))\n\(lines(cue))\n"
            }.joined(separator: "\n")
        case .vtt:
            return "WEBVTT\n\n" + cues.map { "\(timing($0, "."))\n\(lines($0))\n" }.joined(separator: "\n")
        }
    }

    private func lines(_ cue: CaptionCue) -> String {
        cue.lines.map(shown).joined(separator: "\n")
    }

    /// An arrow in a text would be taken for a cue's times.
    private func shown(_ text: String) -> String {
        let plain = text.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
        switch self {
        case .srt: return plain.replacing("-->", with: "->")
        case .vtt:
            return plain.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
                .replacing(">", with: "&gt;")
        }
    }

    private func timing(_ cue: CaptionCue, _ mark: String) -> String {
        "\(Self.clock(cue.startMs, mark)) --> \(Self.clock(cue.endMs, mark))"
    }

    private static func clock(_ milliseconds: Int, _ mark: String) -> String {
        let seconds = milliseconds / 1_000
        let parts = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        return parts.joined(separator: ":") + mark + padded(milliseconds % 1_000, 3)
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
