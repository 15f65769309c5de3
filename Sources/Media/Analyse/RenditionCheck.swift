import CLibav

/// Measures a finished file by decoding all of it.
package enum RenditionCheck {
    private static let blackMsMin = 100
    private static let frozenMsMin = 1_000
    private static let silentMsMin = 500
    private static let silentDb = -50.0
    private static let widthPixels = 480
    private static let samplesSink = "abuffersink@samples"

    package static func measure(
        path: String,
        cancel: @escaping @Sendable () -> Bool = { false }
    ) throws(MediaError) -> RenditionMeasure {
        let pictures = try measurePictures(path, cancel)
        let sound = try measureSound(path, cancel)
        let silent = try AudioAnalysis.quietStretches(
            path: path,
            rangeMs: nil,
            thresholdDb: silentDb,
            minimumMs: silentMsMin,
            cancel: cancel
        )
        return RenditionMeasure(
            durationMs: max(pictures.endMs, sound.endMs),
            width: pictures.stream.width,
            height: pictures.stream.height,
            frameRate: pictures.stream.averageRate,
            frames: pictures.frames,
            audioOffsetMs: sound.startMs - pictures.startMs,
            videoMs: pictures.endMs - pictures.startMs,
            audioMs: sound.endMs - sound.startMs,
            integratedLufs: sound.report.integratedLufs,
            truePeakDb: sound.report.truePeakDb ?? 0,
            black: pictures.black,
            frozen: pictures.frozen,
            silent: silent,
            decodeErrors: pictures.decodeErrors + sound.decodeErrors,
            levels: sound.levels
        )
    }

    private struct Pictures {
        let stream: StreamInfo
        var frames = 0
        var startMs = 0
        var endMs = 0
        var black: [Range<Int>] = []
        var frozen: [Range<Int>] = []
        var decodeErrors = 0
    }

    private static func measurePictures(
        _ path: String,
        _ cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> Pictures {
        let picture = try FilteredStream(
            path: path,
            kind: .video,
            sinks: ["buffersink@out"],
            cancel: cancel
        ) { frame, timeBase in
            [
                FilterText.videoSource("in", frame, timeBase),
                "scale=\(widthPixels):-2:flags=fast_bilinear",
                "format=yuv420p",
                "blackdetect=d=0.05:pic_th=0.98:pix_th=0.04",
                "freezedetect=n=-60dB:d=\(Double(frozenMsMin) / 1_000)",
                "buffersink@out",
            ].joined(separator: ",")
        }
        var result = Pictures(stream: picture.stream)
        var black = StretchCollector(start: "lavfi.black_start", end: "lavfi.black_end")
        var frozen = StretchCollector(
            start: "lavfi.freezedetect.freeze_start",
            end: "lavfi.freezedetect.freeze_end"
        )
        try picture.run { output in
            if result.frames == 0 { result.startMs = output.timeMs }
            result.frames += 1
            black.add(output.frame)
            frozen.add(output.frame)
            return true
        }
        guard result.frames > 0 else { throw MediaError(.decodeFailed, "not one picture could be decoded") }
        result.endMs = picture.endMs
        result.black = black.finish(atMs: picture.endMs, minimumMs: blackMsMin)
        result.frozen = frozen.finish(atMs: picture.endMs, minimumMs: frozenMsMin)
        result.decodeErrors = picture.decodeErrors
        return result
    }

    private struct Sound {
        var startMs = 0
        var endMs = 0
        var report: LoudnessReport
        var levels: SoundLevels
        var decodeErrors = 0
    }

    private static func measureSound(
        _ path: String,
        _ cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> Sound {
        let sound = try FilteredStream(
            path: path,
            kind: .audio,
            sinks: ["abuffersink@out", samplesSink],
            cancel: cancel
        ) { frame, timeBase in
            [
                FilterText.audioSource("in", frame, timeBase),
                "aresample=\(AudioFormat.sampleRate)",
                AudioFormat.filters,
                "asplit[m][s];[m]" + LoudnessMeter.filter(hasPeaks: true),
                "abuffersink@out;[s]" + samplesSink,
            ].joined(separator: ",")
        }
        var meter = LoudnessMeter(hasPeaks: true)
        var levels = SoundLevels(sampleRate: AudioFormat.sampleRate)
        var startMs: Int?
        try sound.run { output in
            if output.sink == samplesSink {
                levels.add(
                    left: output.frame.floatSamples(channel: 0),
                    right: output.frame.floatSamples(channel: 1)
                )
                return true
            }
            if startMs == nil { startMs = output.timeMs }
            meter.add(output.frame, timeMs: output.timeMs)
            return true
        }
        guard let startMs else { throw MediaError(.decodeFailed, "the sound could not be decoded") }
        levels.finish()
        return Sound(
            startMs: startMs,
            endMs: sound.endMs,
            report: meter.report,
            levels: levels,
            decodeErrors: sound.decodeErrors
        )
    }
}
