/// Keeps the wanted ranges of a sound that streams by, with short fades where two ranges meet.
struct SoundSlicer {
    /// Long enough that a join does not click, too short to be heard.
    static let joinFadeSamples = 240

    private let ranges: [Range<Int>]
    private var position = 0

    init(ranges: [Range<Int>]) { self.ranges = ranges }

    /// Whether the last wanted sample went by.
    var isDone: Bool { position >= (ranges.last?.upperBound ?? 0) }

    /// What is kept of the next samples.
    mutating func next(_ left: [Float], _ right: [Float]) -> (left: [Float], right: [Float]) {
        var kept: (left: [Float], right: [Float]) = ([], [])
        let here = position..<position + left.count
        for (index, range) in ranges.enumerated() where range.overlaps(here) {
            let common = range.clamped(to: here)
            for sample in common {
                let gain = joinGain(sample, in: range, at: index)
                kept.left.append(left[sample - position] * gain)
                kept.right.append(right[sample - position] * gain)
            }
        }
        position += left.count
        return kept
    }

    private func joinGain(_ sample: Int, in range: Range<Int>, at index: Int) -> Float {
        var distance = Self.joinFadeSamples
        if index > 0 { distance = min(distance, sample - range.lowerBound) }
        if index < ranges.count - 1 { distance = min(distance, range.upperBound - 1 - sample) }
        return Float(distance) / Float(Self.joinFadeSamples)
    }
}
