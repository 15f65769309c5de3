import Contracts
import Media
import Styles

/// Judges one finished rendition by what was measured on it.
struct QualityCheck {
    private static let loudnessToleranceLU = 1.0
    private static let truePeakToleranceDb = 0.1
    private static let offsetMsMax = 20
    private static let blackMsMax = 500
    private static let frozenMsMax = 2_000
    private static let silentMsMax = 2_000

    let short: Composition.Short
    let canvas: Composition.Canvas
    let file: RenderedFile
    let measure: RenditionMeasure
    let captionInk: CaptionCheck.Verdict
    /// Nil where no faces can be looked for.
    let faces: FaceVerdict?

    var checks: [QualityReport.Check] {
        let sound = SoundCheck(short: short, measure: measure)
        return [decodable, size, duration, loudness, truePeak, offset]
            + [
                check("captions-inside", captionInk.passed, captionInk.detail),
                check("whole-words", sound.words.passed, sound.words.detail),
                check("clicks", sound.clicks.passed, sound.clicks.detail),
            ] + (faces.map { [check("face-inside", $0.passed, $0.detail)] } ?? [])
            + [
                stretches("black", measure.black, Self.blackMsMax),
                stretches("frozen", measure.frozen, Self.frozenMsMax),
                stretches("silent", measure.silent, Self.silentMsMax),
            ]
    }

    /// Every caption lies inside of the short, in order, and all of its signs are drawn.
    static func captions(of short: Composition.Short, fonts: FontBook) -> QualityReport.Check {
        let pages = short.captions
        let areInside = pages.allSatisfy {
            $0.startMs >= 0 && $0.endMs <= short.durationMs && $0.startMs < $0.endMs
        }
        let areOrdered = zip(pages, pages.dropFirst()).allSatisfy { $0.endMs <= $1.startMs }
        let isThere = !short.captionStyle.enabled || !pages.isEmpty
        let missing = TextCoverage(of: short, fonts: fonts)
        let signs = missing.letters + missing.signs
        let leftOut = signs.isEmpty ? "" : "; left out for want of a font: \(TextCoverage.names(signs))"
        return QualityReport.Check(
            name: "captions",
            aspectRatio: nil,
            passed: areInside && areOrdered && isThere && signs.isEmpty,
            detail: "\(pages.count) pages; at least one, inside of the short, one after the other" + leftOut
        )
    }

    private var decodable: QualityReport.Check {
        check(
            "decodable",
            measure.decodeErrors == 0 && measure.frames > 0,
            "\(measure.frames) frames, \(measure.decodeErrors) errors; at most 0"
        )
    }

    private var size: QualityReport.Check {
        check(
            "size",
            measure.width == canvas.width && measure.height == canvas.height,
            "\(measure.width)x\(measure.height); wanted \(canvas.width)x\(canvas.height)"
        )
    }

    private var duration: QualityReport.Check {
        let frameMs = Int((1_000 / file.frameRate.framesPerSecond).rounded(.up))
        return check(
            "duration",
            abs(measure.videoMs - short.durationMs) <= frameMs,
            "\(measure.videoMs) ms; wanted \(short.durationMs) ms within \(frameMs) ms"
        )
    }

    private var loudness: QualityReport.Check {
        check(
            "loudness",
            abs(measure.integratedLufs - short.audio.targetLufs) <= Self.loudnessToleranceLU,
            "\(measure.integratedLufs.tenths) LUFS; wanted \(short.audio.targetLufs) within 1 LU"
        )
    }

    private var truePeak: QualityReport.Check {
        check(
            "true-peak",
            measure.truePeakDb <= short.audio.truePeakMaxDbtp + Self.truePeakToleranceDb,
            "\(measure.truePeakDb.tenths) dBTP; at most \(short.audio.truePeakMaxDbtp) and 0.1 for measuring"
        )
    }

    private var offset: QualityReport.Check {
        check(
            "av-offset",
            abs(measure.audioOffsetMs) <= Self.offsetMsMax,
            "sound starts \(measure.audioOffsetMs) ms after the picture; at most \(Self.offsetMsMax) ms apart"
        )
    }

    private func stretches(_ name: String, _ found: [Range<Int>], _ msMax: Int) -> QualityReport.Check {
        let longest = found.map(\.count).max() ?? 0
        return check(name, longest <= msMax, "longest stretch \(longest) ms; at most \(msMax) ms")
    }

    private func check(_ name: String, _ passed: Bool, _ detail: String) -> QualityReport.Check {
        QualityReport.Check(name: name, aspectRatio: canvas.aspectRatio, passed: passed, detail: detail)
    }
}
