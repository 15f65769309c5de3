import CLibav
import Glibc

/// The sound of a short before its encoding: cut out of the clip, levelled, limited and faded.
final class SoundChain {
    /// AAC does not keep peaks exactly; so much is left for it.
    private static let codecHeadroomDb = 0.3
    /// The limiter works on four times as many samples, to see the peaks between them.
    private static let limiterRate = 192_000
    private static let limiterAttackMs = 5
    private static let musicSamplesAtOnce = 4_800

    private let stream: StreamInfo
    private var line: TimestampLine
    private var slicer: SoundSlicer
    private let treatment: FilterGraph
    private var conform: FilterGraph?
    private let conformed: Frame
    private let treated: Frame
    private var samplesIn: Int64 = 0
    private let music: MusicBed?
    private var musicSamplesIn: Int64 = 0
    private let totalSamples: Int64

    /// `tail` are filters that the finished sound goes through last.
    init(
        spec: ShortRenderSpec,
        timeline: RenderTimeline,
        stream: StreamInfo,
        cancel: @escaping @Sendable () -> Bool,
        tail: [String] = []
    ) throws(MediaError) {
        self.stream = stream
        line = TimestampLine(
            timeBase: stream.timeBase,
            originTicks: 0,
            gapMsMax: MediaLimits().gapMsMax,
            startsAnywhere: true
        )
        slicer = SoundSlicer(
            ranges: timeline.sampleRanges(leadMs: spec.leadMs, sampleRate: AudioFormat.sampleRate)
        )
        totalSamples = Int64(timeline.totalMs * AudioFormat.sampleRate / 1_000)
        music = try spec.sound.music.map { (music) throws(MediaError) in
            try MusicBed(path: music.path, cancel: cancel)
        }
        treatment = try FilterGraph(Self.treatment(spec.sound, totalMs: timeline.totalMs, tail: tail))
        conformed = try Frame()
        treated = try Frame()
    }

    var isDone: Bool { slicer.isDone }

    /// Takes decoded sound; hands out finished frames, which live until the next one.
    func push(_ frame: Frame, each: (Frame) throws(MediaError) -> Void) throws(MediaError) {
        if isDone { return }
        let ticks = line.place(pts: frame.bestPts, duration: frame.durationTicks)
        let graph: FilterGraph
        if let conform {
            graph = conform
        } else {
            graph = try FilterGraph(Self.conform(frame, stream.timeBase))
            conform = graph
        }
        frame.pts = ticks
        try graph.push(frame, to: "abuffer@in")
        try slice(graph, each)
    }

    /// Pushes out all that is left.
    func finish(each: (Frame) throws(MediaError) -> Void) throws(MediaError) {
        if let conform {
            try conform.push(nil, to: "abuffer@in")
            try slice(conform, each)
        }
        guard samplesIn > 0 else { throw MediaError(.noAudio, "the clip has no sound in its stretch") }
        try treatment.push(nil, to: "abuffer@in")
        try pushMusic(until: totalSamples)
        if music != nil { try treatment.push(nil, to: "abuffer@music") }
        try handOut(each)
    }

    private func pushMusic(until samples: Int64) throws(MediaError) {
        guard let music else { return }
        while musicSamplesIn < min(samples, totalSamples) {
            let count = min(min(samples, totalSamples) - musicSamplesIn, Int64(Self.musicSamplesAtOnce))
            let (left, right) = try music.next(Int(count))
            try treatment.push(try Frame(left: left, right: right, pts: musicSamplesIn), to: "abuffer@music")
            musicSamplesIn += count
        }
    }

    private func slice(_ graph: FilterGraph, _ each: (Frame) throws(MediaError) -> Void) throws(MediaError) {
        while try graph.pull(from: "abuffersink@out", into: conformed) {
            let kept = slicer.next(conformed.floatSamples(channel: 0), conformed.floatSamples(channel: 1))
            if kept.left.isEmpty { continue }
            let frame = try Frame(left: kept.left, right: kept.right, pts: samplesIn)
            samplesIn += Int64(kept.left.count)
            try treatment.push(frame, to: "abuffer@in")
            try pushMusic(until: samplesIn)
            try handOut(each)
        }
    }

    private func handOut(_ each: (Frame) throws(MediaError) -> Void) throws(MediaError) {
        while try treatment.pull(from: "abuffersink@out", into: treated) { try each(treated) }
    }

    /// From the clip's sound to 48 kHz stereo whose first sample lies at file time zero.
    private static func conform(_ frame: Frame, _ timeBase: AVRational) -> String {
        [
            FilterText.audioSource("in", frame, timeBase),
            "aresample=\(AudioFormat.sampleRate):async=1:first_pts=0",
            AudioFormat.filters,
            "abuffersink@out",
        ].joined(separator: ",")
    }

    private static func treatment(
        _ sound: ShortRenderSpec.Sound,
        totalMs: Int,
        tail: [String]
    ) -> String {
        let rate = AudioFormat.sampleRate
        let ceiling = pow(10, min(0, sound.ceilingDb - codecHeadroomDb) / 20)
        // The limiter looks ahead by its attack time and delays the sound by as much.
        let delay = limiterRate * limiterAttackMs / 1_000
        let total = totalMs * rate / 1_000
        func source(_ name: String) -> String {
            "abuffer@\(name)=time_base=1/\(rate):sample_rate=\(rate):sample_fmt=fltp:channel_layout=stereo"
        }
        var steps = [source("in"), "volume=\(sound.gainDb)dB:precision=float"]
        if let music = sound.music {
            steps.append("apad=whole_len=\(total)")
            steps.append(MusicMix(music, totalMs: totalMs).filters(source: source("music")))
        }
        steps += [
            "apad=pad_len=\(rate)",
            "aresample=\(limiterRate)",
            "alimiter=level=0:limit=\(ceiling):attack=\(limiterAttackMs):release=60",
            "atrim=start_sample=\(delay)",
            "asetpts=PTS-STARTPTS",
            "aresample=\(rate)",
            AudioFormat.filters,
            "apad=whole_len=\(total)",
            "atrim=end_sample=\(total)",
        ]
        if sound.fadeInMs > 0 { steps.append("afade=t=in:st=0:d=\(Double(sound.fadeInMs) / 1_000)") }
        if sound.fadeOutMs > 0 {
            let start = Double(max(0, totalMs - sound.fadeOutMs)) / 1_000
            steps.append("afade=t=out:st=\(start):d=\(Double(sound.fadeOutMs) / 1_000)")
        }
        steps.append("asetnsamples=\(AudioFormat.aacFrameSamples):p=0")
        steps += tail + ["abuffersink@out"]
        return steps.joined(separator: ",")
    }
}
