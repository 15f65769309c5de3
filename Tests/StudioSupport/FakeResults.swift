package import Contracts

/// Small results that keep every contract: 20 seconds of speech, two moments.
package enum FakeResults {
    package static let durationMs = 20_000
    package static let clips = ["clip-01", "clip-02"]
    package static let subscores = Plan.Subscores(
        hook: 80,
        standalone: 70,
        value: 60,
        shareability: 50,
        energy: 40
    )

    package static var media: MediaInfo { media(durationMs: durationMs) }

    package static func media(durationMs: Int) -> MediaInfo {
        let video = MediaInfo.Video(codec: "h264", width: 1_920, height: 1_080, fpsNum: 30, fpsDen: 1)
        let audio = MediaInfo.Audio(codec: "aac", sampleRate: 48_000, channels: 2)
        return MediaInfo(
            container: "mp4",
            durationMs: durationMs,
            video: video,
            audio: audio,
            treatment: .remuxed,
            reasons: [],
            original: MediaInfo.Original(
                container: "mov",
                durationMs: durationMs,
                video: video,
                audio: audio
            ),
            warnings: []
        )
    }

    package static var audio: AudioInfo { audio(durationMs: durationMs) }

    package static func audio(durationMs: Int) -> AudioInfo {
        AudioInfo(durationMs: durationMs, sampleRate: 16_000, channels: 1, integratedLufs: -18)
    }

    package static var transcript: Transcript {
        let words = (0..<40).map { index in
            Transcript.Word(
                text: index % 10 == 9 ? "word\(index)." : "word\(index)",
                startMs: index * 400,
                endMs: index * 400 + 300,
                confidence: 0.9
            )
        }
        let sentences = (0..<4).map { index in
            Transcript.Sentence(
                firstWord: index * 10,
                lastWord: index * 10 + 9,
                startMs: index * 4_000,
                endMs: index * 4_000 + 3_900,
                text: words[(index * 10)..<(index * 10 + 10)].map(\.text).joined(separator: " ")
            )
        }
        return Transcript(
            language: "en",
            model: "fake/1",
            durationMs: durationMs,
            words: words,
            sentences: sentences,
            warnings: []
        )
    }

    package static var segments: Segments { segments(durationMs: durationMs) }

    package static func segments(durationMs: Int) -> Segments {
        Segments(
            durationMs: durationMs,
            cuts: [],
            silences: [],
            turns: [],
            topicStartsMs: [0],
            energy: Segments.Energy(hopMs: 1_000, lufs: Array(repeating: -18, count: durationMs / 1_000)),
            integratedLufs: -18,
            warnings: []
        )
    }

    package static func plan(_ transcript: Transcript) -> Plan {
        let moments = clips.enumerated().map { index, clip in
            let first = index * 20
            let words = transcript.words[first...(first + 9)]
            return Plan.Moment(
                clip: clip,
                rank: index + 1,
                title: "Moment \(index + 1)",
                startMs: first * 400,
                endMs: first * 400 + 4_000,
                firstWord: first,
                lastWord: first + 9,
                text: words.map(\.text).joined(separator: " "),
                score: 80 - Double(index),
                subscores: subscores,
                reason: "a strong opening"
            )
        }
        return Plan(model: "fake/1", candidatesConsidered: 2, moments: moments, warnings: [])
    }

    package static func clipMedia(_ moment: Plan.Moment) -> ClipMedia {
        ClipMedia(
            clip: moment.clip,
            sourceStartMs: moment.startMs,
            sourceEndMs: moment.endMs,
            leadMs: 0,
            durationMs: moment.endMs - moment.startMs,
            width: 1_920,
            height: 1_080,
            fpsNum: 30,
            fpsDen: 1
        )
    }

    package static func framing(_ media: ClipMedia, ratios: [AspectRatio] = AspectRatio.allCases) -> Framing {
        let crops = ratios.map { ratio in
            let rect =
                switch ratio {
                case .portrait: PixelRect(x: 656, y: 0, width: 608, height: 1_080)
                case .square: PixelRect(x: 420, y: 0, width: 1_080, height: 1_080)
                case .landscape: PixelRect(x: 0, y: 0, width: 1_920, height: 1_080)
                }
            return Framing.Crop(aspectRatio: ratio, layout: .crop, rect: rect)
        }
        let shot = Framing.Shot(startMs: 0, endMs: media.durationMs, faces: [], crops: crops)
        return Framing(
            clip: media.clip,
            width: media.width,
            height: media.height,
            durationMs: media.durationMs,
            shots: [shot],
            warnings: [Warning(code: "no-face", detail: "No face was seen.", clip: media.clip)]
        )
    }

    package static func audioPlan(_ media: ClipMedia) -> AudioPlan {
        AudioPlan(
            clip: media.clip,
            durationMs: media.durationMs,
            integratedLufs: -18,
            truePeakDbtp: -3,
            fadeInMs: 15,
            fadeOutMs: 15,
            pauses: [],
            warnings: []
        )
    }

    package static func rendition(_ short: Composition.Short, _ ratio: AspectRatio) -> Rendition {
        Rendition(
            clip: short.clip,
            aspectRatio: ratio,
            width: ratio.width,
            height: ratio.height,
            durationMs: short.durationMs,
            fpsNum: 30,
            fpsDen: 1,
            videoCodec: "h264",
            audioCodec: "aac"
        )
    }

    package static func quality(_ clip: String) -> QualityReport {
        QualityReport(
            clip: clip,
            checks: [
                QualityReport.Check(name: "decodable", aspectRatio: nil, passed: true, detail: "to the end")
            ]
        )
    }
}
