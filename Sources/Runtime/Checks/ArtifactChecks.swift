import Contracts

/// What must hold of an artifact before others build on it.
///
/// Each check throws `artifact-invalid`.
enum ArtifactChecks {
    /// Two clocks of one source may differ by so much: a last frame, a codec's padding.
    static let durationToleranceMs = 1_000
    /// A clip may differ from its moment by about two frames.
    static let clipToleranceMs = 80
    static let faultsMax = 5
    /// LUFS that a measurement can give.
    static let levelRange = -200.0...60.0
    private static let sideMax = 16_384
    private static let rateMax = 1_000_000

    static func refuse(_ artifact: String, _ faults: [String]) throws(Problem) {
        guard !faults.isEmpty else { return }
        let shown = faults.prefix(faultsMax).joined(separator: "; ")
        let more = faults.count > faultsMax ? "; and \(faults.count - faultsMax) more" : ""
        throw Problem(.artifactInvalid, detail: "'\(artifact)' breaks its contract: \(shown)\(more).")
    }

    static func media(_ media: MediaInfo, audio: AudioInfo, durationMsMax: Int) throws(Problem) {
        var faults: [String] = []
        if media.durationMs <= 0 { faults.append("its duration is not positive") }
        if media.durationMs > durationMsMax + durationToleranceMs {
            faults.append("it is longer than allowed")
        }
        if let video = media.video {
            faults += pictureFaults(video.width, video.height, video.fpsNum, video.fpsDen)
        } else {
            faults.append("it has no video")
        }
        if media.audio == nil { faults.append("it has no audio") }
        try refuse("media.json", faults)
        if audio.durationMs <= 0 { faults.append("its duration is not positive") }
        if audio.durationMs > media.durationMs + durationToleranceMs {
            faults.append("it lasts longer than the media")
        }
        if audio.channels != 1 || audio.sampleRate != 16_000 { faults.append("it is not 16 kHz mono") }
        try refuse("audio.json", faults)
    }

    static func transcript(_ transcript: Transcript, audio: AudioInfo) throws(Problem) {
        var faults: [String] = []
        if transcript.words.isEmpty { faults.append("it has no words") }
        if transcript.language.isEmpty { faults.append("it names no language") }
        let end = audio.durationMs + durationToleranceMs
        var clock = 0
        for (index, word) in transcript.words.enumerated() {
            if word.text.isEmpty { faults.append("word \(index) is empty") }
            if word.startMs < clock || word.endMs <= word.startMs {
                faults.append("word \(index) is out of order")
            }
            if word.endMs > end { faults.append("word \(index) lies behind the end") }
            clock = word.startMs
        }
        var next = 0
        for (index, sentence) in transcript.sentences.enumerated() {
            if sentence.firstWord != next || sentence.lastWord < sentence.firstWord
                || sentence.lastWord >= transcript.words.count
            {
                faults.append("sentence \(index) does not follow the one before it")
                break
            }
            next = sentence.lastWord + 1
        }
        if faults.isEmpty, next != transcript.words.count {
            faults.append("its last words are in no sentence")
        }
        try refuse("transcript.json", faults)
    }

    static func segments(_ segments: Segments, media: MediaInfo) throws(Problem) {
        var faults: [String] = []
        let end = media.durationMs + durationToleranceMs
        // It lasts as long as the sound, which may end before the picture does.
        if !(1...end).contains(segments.durationMs) {
            faults.append("it lasts \(segments.durationMs) ms, the media \(media.durationMs) ms")
        }
        if !isAscending(segments.cuts.map(\.atMs), end: end) { faults.append("its cuts are out of order") }
        if !isAscending(segments.topicStartsMs, end: end) { faults.append("its topics are out of order") }
        let ranges =
            segments.silences + segments.turns.map { TimeRange(startMs: $0.startMs, endMs: $0.endMs) }
        for range in ranges where range.startMs < 0 || range.endMs <= range.startMs || range.endMs > end {
            faults.append("a silence or turn at \(range.startMs) ms is not within the media")
        }
        if !(1...60_000).contains(segments.energy.hopMs) { faults.append("its energy has no hop") }
        let levels = segments.energy.lufs + (segments.integratedLufs.map { [$0] } ?? [])
        if !levels.allSatisfy(levelRange.contains) { faults.append("its loudness is out of range") }
        try refuse("segments.json", faults)
    }

    /// Whether two lengths agree; safe for any numbers that JSON can bring.
    static func isNear(_ first: Int, _ second: Int, withinMs tolerance: Int) -> Bool {
        let (difference, isOverflow) = first.subtractingReportingOverflow(second)
        return !isOverflow && (-tolerance...tolerance).contains(difference)
    }

    static func pictureFaults(_ width: Int, _ height: Int, _ fpsNum: Int, _ fpsDen: Int) -> [String] {
        var faults: [String] = []
        if !(1...sideMax).contains(width) || !(1...sideMax).contains(height) {
            faults.append("its picture has \(width)x\(height) pixels")
        }
        if !(1...rateMax).contains(fpsNum) || !(1...rateMax).contains(fpsDen) {
            faults.append("its frame rate is out of range")
        }
        return faults
    }

    private static func isAscending(_ times: [Int], end: Int) -> Bool {
        zip(times, times.dropFirst()).allSatisfy(<=) && times.allSatisfy { (0...end).contains($0) }
    }
}
