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
    ///
    /// A frame belongs to the segment in which its middle lies: ends of segments are whole milliseconds, which frames
    /// are not, and a frame of what was cut out would flash up.
    func clipMs(frame index: Int) -> Double {
        var middle = (Double(index) + 0.5) * frameMs
        for segment in segments.dropLast() {
            if middle < Double(segment.count) { return Double(segment.lowerBound) + middle - frameMs / 2 }
            middle -= Double(segment.count)
        }
        return Double(segments[segments.count - 1].lowerBound) + middle - frameMs / 2
    }

    /// The kept ranges as samples of the file's sound.
    func sampleRanges(leadMs: Int, sampleRate: Int) -> [Range<Int>] {
        segments.map {
            (leadMs + $0.lowerBound) * sampleRate / 1_000..<(leadMs + $0.upperBound) * sampleRate / 1_000
        }
    }
}
