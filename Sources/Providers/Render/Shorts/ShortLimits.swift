import Contracts
import Foundation

/// What a service cannot do with a short: the reason names the member that asks for it.
struct ShortLimits: Sendable {
    let provider: String
    let concessions: Set<RenderConcession>

    func refusal(_ member: String, _ reason: String) -> Problem {
        Problem(
            .providerRefused,
            detail: "Provider '\(provider)' cannot render this short: '\(member)' \(reason).",
            retryable: false
        )
    }

    /// What lies over the picture or under the sound and has no place in what these services are sent.
    func checkBranding(_ short: Composition.Short) throws(Problem) {
        guard let branding = short.branding, !concessions.contains(.branding) else { return }
        if branding.progressBar != nil { throw refusal("branding.progress_bar", "is set, and none is drawn") }
        if branding.lowerThird != nil { throw refusal("branding.lower_third", "is set, and none is drawn") }
        if branding.music != nil { throw refusal("branding.music", "is set, and no music is mixed in") }
    }

    /// How loud the clip is played, 0 to 1: these services only lower.
    func volume(_ audio: Composition.Audio) throws(Problem) -> Double {
        guard audio.gainDb > 0 else { return pow(10, max(audio.gainDb, -60) / 20) }
        guard concessions.contains(.gain) else {
            let gain = (audio.gainDb * 10).rounded() / 10
            throw refusal("audio.gain_db", "is \(gain), and sound can only be lowered")
        }
        return 1
    }

    /// The canvas without stacked shots, which these services cannot make: the whole picture shows both faces.
    func unstacked(_ canvas: Composition.Canvas) -> Composition.Canvas {
        var canvas = canvas
        for (index, shot) in canvas.shots.enumerated() where shot.layout == .stacked {
            canvas.shots[index].layout = concessions.contains(.stack) ? .crop : .fit
            canvas.shots[index].stack = nil
        }
        return canvas
    }

    func family(_ family: String, at member: String, in known: some Sequence<String>) throws(Problem) {
        guard known.contains(family) else {
            let shown = TaskReportReader.kept(family, charactersMax: 40)
            throw refusal(member, "is '\(shown)', and there is no file of that font")
        }
    }

    /// All families that the short draws text in.
    func checkFamilies(_ short: Composition.Short, in known: some Collection<String>) throws(Problem) {
        if short.captionStyle.enabled, !short.captions.isEmpty {
            try family(short.captionStyle.fontFamily, at: "caption_style.font_family", in: known)
        }
        if short.titleOverlay != nil, let style = short.titleStyle {
            try family(style.fontFamily, at: "title_style.font_family", in: known)
        }
    }
}

/// Where the source picture lies when a part of it fills a canvas.
struct CropPlacement: Sendable, Hashable {
    /// Size of the whole source, in canvases.
    let width: Double
    let height: Double
    /// Its centre, from the upper left corner, in canvases.
    let x: Double
    let y: Double

    /// Nil for a rectangle that does not lie in the source.
    init?(_ rect: PixelRect, sourceWidth: Int, sourceHeight: Int) {
        guard rect.x >= 0, rect.y >= 0, rect.width > 0, rect.height > 0, sourceWidth > 0, sourceHeight > 0,
            rect.x <= sourceWidth - rect.width, rect.y <= sourceHeight - rect.height
        else { return nil }
        width = Double(sourceWidth) / Double(rect.width)
        height = Double(sourceHeight) / Double(rect.height)
        x = (Double(sourceWidth) / 2 - Double(rect.x)) / Double(rect.width)
        y = (Double(sourceHeight) / 2 - Double(rect.y)) / Double(rect.height)
    }
}

extension Composition.Short {
    /// Behind pictures that are shown whole and have no copy of themselves behind them.
    var backgroundColor: String {
        branding?.background?.color ?? "#000000"
    }

    /// Nil where a blurred copy or a colour lies behind such pictures.
    var backgroundImage: String? {
        branding?.background?.kind == .image ? branding?.background?.assetSha256 : nil
    }

    var hasBlurredBackground: Bool { branding?.background?.kind ?? .blur == .blur }
}

extension Int {
    /// Milliseconds as the seconds that these services count in.
    var inSeconds: JSONPart { .number(Double(self) / 1_000) }
}

extension Double {
    /// To so many places: nobody reads the rest, and requests are the same every time.
    func rounded(places: Int) -> Double {
        let scale = pow(10, Double(places))
        return (self * scale).rounded() / scale
    }
}
