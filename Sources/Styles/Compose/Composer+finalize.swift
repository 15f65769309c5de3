package import Contracts

extension Composer {
    /// Media, framing and sound of each clip, checked against each other.
    package static func finalize(
        clips: [(media: ClipMedia, framing: Framing, audio: AudioPlan)]
    ) throws(Problem) -> Prepared {
        var faults: [String] = []
        for (media, framing, audio) in clips {
            faults += mismatches(media, framing, audio).map { "\(media.clip): \($0)" }
            faults += shotFaults(framing).map { "\(framing.clip): \($0)" }
        }
        let names = clips.map(\.media.clip)
        if Set(names).count != names.count { faults.append("a clip is named twice") }
        guard faults.isEmpty else {
            throw Problem(
                .artifactInvalid,
                detail:
                    "The clips' artifacts do not fit together: \(faults.prefix(5).joined(separator: "; "))."
            )
        }
        return Prepared(
            clips: clips.map { Prepared.Clip(media: $0.media, framing: $0.framing, audio: $0.audio) },
            warnings: []
        )
    }

    private static func mismatches(_ media: ClipMedia, _ framing: Framing, _ audio: AudioPlan) -> [String] {
        var faults: [String] = []
        if framing.clip != media.clip { faults.append("its framing is of '\(framing.clip)'") }
        if audio.clip != media.clip { faults.append("its audio plan is of '\(audio.clip)'") }
        if media.durationMs <= 0 || media.fpsNum <= 0 || media.fpsDen <= 0 || media.leadMs < 0 {
            faults.append("its duration, lead or frame rate is not positive")
        }
        if abs(framing.durationMs - media.durationMs) > durationToleranceMs {
            faults.append("framing lasts \(framing.durationMs) ms, media \(media.durationMs) ms")
        }
        if abs(audio.durationMs - media.durationMs) > durationToleranceMs {
            faults.append("audio plan lasts \(audio.durationMs) ms, media \(media.durationMs) ms")
        }
        if (framing.width, framing.height) != (media.width, media.height) {
            faults.append(
                "framing is of \(framing.width)x\(framing.height), media of \(media.width)x\(media.height)"
            )
        }
        return faults
    }

    private static func shotFaults(_ framing: Framing) -> [String] {
        var faults: [String] = []
        var clock = 0
        for shot in framing.shots {
            if shot.startMs != clock || shot.endMs <= shot.startMs {
                faults.append("shots leave a gap or overlap at \(clock) ms")
            }
            clock = shot.endMs
            let ratios = shot.crops.map(\.aspectRatio)
            if Set(ratios).count != ratios.count {
                faults.append("a ratio is cropped twice at \(shot.startMs) ms")
            }
            faults += shot.crops.compactMap { cropFault($0, framing) }.map { "\($0) at \(shot.startMs) ms" }
        }
        if clock != framing.durationMs { faults.append("shots end at \(clock) of \(framing.durationMs) ms") }
        return faults
    }

    private static func cropFault(_ crop: Framing.Crop, _ framing: Framing) -> String? {
        let (rect, name) = (crop.rect, "the \(crop.aspectRatio.rawValue) crop")
        let frame = PixelRect(x: 0, y: 0, width: framing.width, height: framing.height)
        guard (crop.layout == .stacked) == (crop.stack != nil) else {
            return "\(name) has parts to stack without that layout, or lacks them"
        }
        for part in [rect] + [crop.stack?.top, crop.stack?.bottom].compactMap(\.self) {
            guard part.width > 0, part.height > 0, frame.contains(part) else {
                return "\(name) is outside of the frame"
            }
            guard [part.x, part.y, part.width, part.height].allSatisfy({ $0.isMultiple(of: 2) }) else {
                return "\(name) is not of even pixels"
            }
        }
        let wanted = Double(crop.aspectRatio.width) / Double(crop.aspectRatio.height)
        let error = abs(Double(rect.width) / Double(rect.height) / wanted - 1)
        // Two pixels are much of a very small frame.
        let rounding = 2.0 / Double(min(rect.width, rect.height))
        return error > max(shapeTolerance, rounding) ? "\(name) has another shape" : nil
    }
}
