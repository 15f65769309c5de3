/// Which moment of the clip each output frame and sample shows.
struct RenderTimeline: Equatable {
    let segments: [Range<Int>]
    let frameRate: FrameRate
    let totalMs: Int
    let frameCount: Int

    init(spec: ShortRenderSpec, frameRate: FrameRate) throws(MediaError) {
        let whole = 0..<spec.durationMs
        let kept = spec.segments.isEmpty ? [whole] : spec.segments
        var end = 0
        for segment in kept {
            guard segment.lowerBound >= end, !segment.isEmpty, segment.upperBound <= whole.upperBound else {
                throw MediaError(.invalidRequest, "segments must be in order, not empty and inside the clip")
            }
            end = segment.upperBound
        }
        segments = kept
        self.frameRate = frameRate
        totalMs = kept.reduce(0) { $0 + $1.count }
        frameCount = max(1, Int((Double(totalMs) * frameRate.framesPerSecond / 1_000).rounded()))
    }

    var frameMs: Double { 1_000 / frameRate.framesPerSecond }

    /// The clip time that output frame `index` shows.
    func clipMs(frame index: Int) -> Double {
        var rest = Double(index) * frameMs
        for segment in segments {
            if rest < Double(segment.count) - 0.001 { return Double(segment.lowerBound) + rest }
            rest -= Double(segment.count)
        }
        let last = segments[segments.count - 1]
        return Double(last.upperBound) + rest
    }

    /// The kept ranges as samples of the file's sound.
    func sampleRanges(leadMs: Int, sampleRate: Int) -> [Range<Int>] {
        segments.map {
            (leadMs + $0.lowerBound) * sampleRate / 1_000..<(leadMs + $0.upperBound) * sampleRate / 1_000
        }
    }
}
