package import Contracts
import Foundation

/// Tells everything that is wrong with a style document, each at its JSON pointer.
package enum StyleValidator {
    package static let textLengthMax = 500
    /// WCAG's bar for large text.
    static let contrastMin = 3.0

    package static func problems(_ document: StyleDocument) -> [Problem.Detail] {
        var check = StyleCheck()
        check.require(document.version == 1, "/version", "must be 1")
        check.text(document.name, "/name", lengths: 1...80)
        check.text(document.description, "/description", lengths: 0...textLengthMax)
        captions(document.captions, &check)
        if let title = document.title { self.title(title, &check) }
        if let logo = document.logo { self.logo(logo, &check) }
        branding(document, &check)
        check.number(document.audio.targetLufs, "/audio/target_lufs", -30 ... -8)
        check.number(document.audio.truePeakMaxDbtp, "/audio/true_peak_max_dbtp", -6 ... -0.5)
        if let tighten = document.audio.tighten { self.tighten(tighten, &check) }
        return check.problems
    }

    private static func captions(_ style: CaptionStyle, _ check: inout StyleCheck) {
        check.font(style.fontFamily, style.fontWeight, "/captions")
        check.number(style.sizeShare, "/captions/size_share", 0.03...0.15)
        check.number(style.outlineShare, "/captions/outline_share", 0...0.2)
        check.number(style.baselineShare, "/captions/baseline_share", 0.3...0.8)
        check.require(
            (1...6).contains(style.wordsPerPageMax),
            "/captions/words_per_page_max",
            "must be between 1 and 6"
        )
        check.color(style.textColor, "/captions/text_color")
        check.color(style.highlightColor, "/captions/highlight_color")
        check.color(style.outlineColor, "/captions/outline_color")
        if let background = style.backgroundColor { check.color(background, "/captions/background_color") }
        // Where there is a box, it is what words must stand out from.
        let back = style.backgroundColor ?? style.outlineColor
        let name = style.backgroundColor == nil ? "the outline" : "the background"
        check.contrast(style.textColor, back, "/captions/text_color", name)
        check.contrast(style.highlightColor, back, "/captions/highlight_color", name)
    }

    private static func title(_ style: TitleStyle, _ check: inout StyleCheck) {
        check.font(style.fontFamily, style.fontWeight, "/title")
        check.number(style.sizeShare, "/title/size_share", 0.03...0.12)
        check.number(style.topShare, "/title/top_share", 0...0.5)
        check.require(
            (500...15_000).contains(style.durationMs),
            "/title/duration_ms",
            "must be between 500 and 15000"
        )
        check.color(style.textColor, "/title/text_color")
        check.color(style.backgroundColor, "/title/background_color")
        check.contrast(style.textColor, style.backgroundColor, "/title/text_color", "the background")
    }

    private static func tighten(_ style: TighteningStyle, _ check: inout StyleCheck) {
        check.require(
            style.pauseMsMax.map((200...5_000).contains) ?? true,
            "/audio/tighten/pause_ms_max",
            "must be between 200 and 5000"
        )
        check.require(
            style.fillers || style.pauseMsMax != nil,
            "/audio/tighten",
            "must shorten pauses with 'pause_ms_max', or cut out 'fillers', or both"
        )
    }

    private static func logo(_ style: LogoStyle, _ check: inout StyleCheck) {
        check.digest(style.assetSha256, "/logo/asset_sha256")
        check.number(style.widthShare, "/logo/width_share", 0.02...0.5)
        check.number(style.marginShare, "/logo/margin_share", 0...0.2)
        check.number(style.opacity, "/logo/opacity", 0...1)
    }
}

/// Collects what is wrong, one method for each kind of value.
struct StyleCheck {
    private(set) var problems: [Problem.Detail] = []

    mutating func require(_ holds: Bool, _ pointer: String, _ detail: String) {
        if !holds { problems.append(Problem.Detail(pointer: pointer, detail: detail)) }
    }

    mutating func text(_ text: String, _ pointer: String, lengths: ClosedRange<Int>) {
        // As the schema counts: one letter may carry any number of marks.
        let isSeen = lengths.lowerBound == 0 || text.contains { !$0.isWhitespace }
        require(
            lengths.contains(text.unicodeScalars.count) && isSeen,
            pointer,
            "must have \(lengths.lowerBound) to \(lengths.upperBound) characters"
        )
        let hasControls = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        require(!hasControls, pointer, "must not contain control characters")
    }

    mutating func number(_ value: Double, _ pointer: String, _ range: ClosedRange<Double>) {
        // A NaN is in no range.
        require(
            range.contains(value),
            pointer,
            "must be between \(plain(range.lowerBound)) and \(plain(range.upperBound))"
        )
    }

    mutating func font(_ family: String, _ weight: Int, _ pointer: String) {
        require(
            FontLibrary.families.contains(family),
            "\(pointer)/font_family",
            "must be one of \(FontLibrary.families.joined(separator: ", "))"
        )
        require(
            (100...900).contains(weight) && weight % 100 == 0,
            "\(pointer)/font_weight",
            "must be a multiple of 100 between 100 and 900"
        )
    }

    mutating func color(_ text: String, _ pointer: String) {
        require(HexColor(text) != nil, pointer, "must be a colour of the form #RRGGBB")
    }

    mutating func digest(_ text: String, _ pointer: String) {
        let isDigest =
            text.utf8.count == 64 && text.utf8.allSatisfy { Array("0123456789abcdef".utf8).contains($0) }
        require(isDigest, pointer, "must be 64 lower-case hexadecimal digits")
    }

    mutating func whole(_ value: Int, _ pointer: String, _ range: ClosedRange<Int>) {
        require(
            range.contains(value),
            pointer,
            "must be between \(range.lowerBound) and \(range.upperBound)"
        )
    }

    mutating func contrast(_ front: String, _ back: String, _ pointer: String, _ name: String) {
        guard let front = HexColor(front), let back = HexColor(back) else { return }
        require(
            front.contrast(to: back) >= StyleValidator.contrastMin,
            pointer,
            "is hard to read against \(name): the contrast must be at least \(plain(StyleValidator.contrastMin)) to 1"
        )
    }

    private func plain(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }
}
