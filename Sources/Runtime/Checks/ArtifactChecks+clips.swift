import Contracts

extension ArtifactChecks {
    static func plan(_ plan: Plan, transcript: Transcript, segments: Segments) throws(Problem) {
        guard !plan.moments.isEmpty else {
            throw Problem(.noMoments, detail: "The plan has no moments.")
        }
        var faults: [String] = []
        let end = segments.durationMs + durationToleranceMs
        for moment in plan.moments {
            // The name becomes a part of file names, so it has to be plain.
            if ArtifactName(parsing: "plan/\(moment.clip).json")?.clip != moment.clip {
                faults.append("'\(moment.clip.prefix(40))' is no name for a clip")
            }
            if moment.startMs < 0 || moment.endMs <= moment.startMs || moment.endMs > end {
                faults.append("\(moment.clip) is not within the source")
            }
            if moment.firstWord < 0 || moment.lastWord < moment.firstWord
                || moment.lastWord >= transcript.words.count
            {
                faults.append("\(moment.clip) names words that the transcript lacks")
            }
        }
        if Set(plan.moments.map(\.clip)).count != plan.moments.count {
            faults.append("a clip is named twice")
        }
        let sorted = plan.moments.sorted { $0.startMs < $1.startMs }
        for (first, second) in zip(sorted, sorted.dropFirst()) where second.startMs < first.endMs {
            faults.append("\(first.clip) and \(second.clip) overlap")
        }
        try refuse("plan.json", faults)
    }

    static func clipMedia(_ media: ClipMedia, moment: Plan.Moment) throws(Problem) {
        var faults: [String] = []
        if media.clip != moment.clip { faults.append("it is of '\(media.clip.prefix(40))'") }
        if !isNear(media.sourceStartMs, moment.startMs, withinMs: clipToleranceMs)
            || !isNear(media.sourceEndMs, moment.endMs, withinMs: clipToleranceMs)
        {
            faults.append("it was cut at \(media.sourceStartMs) to \(media.sourceEndMs) ms")
        }
        if !isNear(media.durationMs, moment.endMs - moment.startMs, withinMs: clipToleranceMs) {
            faults.append("it lasts \(media.durationMs) ms")
        }
        if media.durationMs <= 0 { faults.append("its duration is not positive") }
        // The file starts no earlier than the source.
        if !(0...(moment.startMs + durationToleranceMs)).contains(media.leadMs) {
            faults.append("its lead is \(media.leadMs) ms")
        }
        faults += pictureFaults(media.width, media.height, media.fpsNum, media.fpsDen)
        try refuse("clip-media/\(moment.clip).json", faults)
    }

    static func framing(_ framing: Framing, media: ClipMedia, ratios: [AspectRatio]) throws(Problem) {
        var faults: [String] = []
        if framing.clip != media.clip { faults.append("it is of '\(framing.clip.prefix(40))'") }
        if (framing.width, framing.height) != (media.width, media.height) {
            faults.append(
                "it is of \(framing.width)x\(framing.height), the clip of \(media.width)x\(media.height)"
            )
        }
        if !isNear(framing.durationMs, media.durationMs, withinMs: clipToleranceMs) {
            faults.append("it lasts \(framing.durationMs) ms, the clip \(media.durationMs) ms")
        }
        if framing.shots.isEmpty { faults.append("it has no shots") }
        let frame = PixelRect(x: 0, y: 0, width: media.width, height: media.height)
        for shot in framing.shots {
            if shot.startMs < 0 || shot.endMs <= shot.startMs
                || shot.endMs > media.durationMs + clipToleranceMs
            {
                faults.append("a shot at \(shot.startMs) ms is not within the clip")
            }
            for ratio in ratios where !shot.crops.contains(where: { $0.aspectRatio == ratio }) {
                faults.append("the shot at \(shot.startMs) ms has no \(ratio.rawValue) crop")
            }
            for crop in shot.crops {
                let parts = [crop.rect, crop.stack?.top, crop.stack?.bottom].compactMap(\.self)
                let name = "the \(crop.aspectRatio.rawValue) crop at \(shot.startMs) ms"
                if !parts.allSatisfy({ isInside($0, frame) }) {
                    faults.append("\(name) is outside of the frame")
                }
                if (crop.layout == .stacked) != (crop.stack != nil) {
                    faults.append("\(name) has parts to stack without that layout, or lacks them")
                }
            }
        }
        try refuse("framing/\(media.clip).json", faults)
    }

    static func audioPlan(_ plan: AudioPlan, media: ClipMedia) throws(Problem) {
        var faults: [String] = []
        if plan.clip != media.clip { faults.append("it is of '\(plan.clip.prefix(40))'") }
        if !isNear(plan.durationMs, media.durationMs, withinMs: clipToleranceMs) {
            faults.append("it lasts \(plan.durationMs) ms, the clip \(media.durationMs) ms")
        }
        let length = 0...max(media.durationMs, 0)
        if !length.contains(plan.fadeInMs) || !length.contains(plan.fadeOutMs) {
            faults.append("its fades do not fit")
        }
        let marks = plan.pauses.map { ("pause", $0) } + (plan.fillers ?? []).map { ("filler", $0) }
        for (name, mark) in marks
        where mark.startMs < 0 || mark.endMs <= mark.startMs
            || mark.endMs > media.durationMs + clipToleranceMs
        {
            faults.append("the \(name) at \(mark.startMs) ms is not within the clip")
        }
        if ![plan.integratedLufs, plan.truePeakDbtp].allSatisfy({ level in
            level.map(levelRange.contains) ?? true
        }) {
            faults.append("its loudness is out of range")
        }
        try refuse("audio-plan/\(media.clip).json", faults)
    }

    static func rendition(
        _ rendition: Rendition,
        clip: String,
        ratio: AspectRatio,
        durationMs: Int
    ) throws(Problem) {
        var faults: [String] = []
        if rendition.clip != clip { faults.append("it is of '\(rendition.clip.prefix(40))'") }
        if rendition.aspectRatio != ratio { faults.append("it is \(rendition.aspectRatio.rawValue)") }
        if (rendition.width, rendition.height) != (ratio.width, ratio.height) {
            faults.append("it has \(rendition.width)x\(rendition.height) pixels")
        }
        faults += pictureFaults(rendition.width, rendition.height, rendition.fpsNum, rendition.fpsDen)
        // The last frame of a slow source is long.
        let frameMs =
            faults.isEmpty ? min(1_000 * rendition.fpsDen / rendition.fpsNum, durationToleranceMs) : 0
        if !isNear(rendition.durationMs, durationMs, withinMs: clipToleranceMs + frameMs) {
            faults.append("it lasts \(rendition.durationMs) of \(durationMs) ms")
        }
        try refuse("rendition/\(clip).\(ratio.slug).json", faults)
    }

    /// `missing` are the ratios that could not be made; the report has to say so of each.
    static func quality(
        _ report: QualityReport,
        clip: String,
        missing: [AspectRatio] = []
    ) throws(Problem) {
        var faults: [String] = []
        if report.clip != clip { faults.append("it is of '\(report.clip.prefix(40))'") }
        if report.checks.isEmpty { faults.append("nothing was checked") }
        if report.ready != report.checks.allSatisfy(\.passed) {
            faults.append("'ready' contradicts its checks")
        }
        for ratio in missing where !report.checks.contains(where: { $0.tellsMissing(ratio) }) {
            faults.append("it does not say why there is no \(ratio.rawValue) file")
        }
        try refuse("qc/\(clip).json", faults)
    }

    /// Safe for any numbers that JSON can bring.
    private static func isInside(_ rect: PixelRect, _ frame: PixelRect) -> Bool {
        rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0 && rect.width <= frame.width
            && rect.height <= frame.height && rect.x <= frame.width - rect.width
            && rect.y <= frame.height - rect.height
    }
}
