import CLibav

/// Puts the timestamps of one stream on one line: it fills in missing ones and closes jumps.
struct TimestampLine {
    /// A step back by more than this is a jump; less is a late frame.
    private static let backMsMax = 1_000

    let timeBase: AVRational
    /// Where zero is, in ticks of the stream.
    let originTicks: Int64
    private let gapTicksMax: Int64
    private let backTicksMax: Int64
    private var offset: Int64 = 0
    private var expected: Int64?
    private(set) var jumps = 0
    private(set) var endTicks: Int64 = 0

    /// Whether the first frame may lie anywhere, as after a seek.
    private let startsAnywhere: Bool

    init(timeBase: AVRational, originTicks: Int64, gapMsMax: Int, startsAnywhere: Bool = false) {
        self.startsAnywhere = startsAnywhere
        self.timeBase = timeBase
        self.originTicks = originTicks
        gapTicksMax = TimeMath.ticks(ms: gapMsMax, timeBase)
        backTicksMax = TimeMath.ticks(ms: Self.backMsMax, timeBase)
    }

    /// Where a frame belongs, in ticks from the origin.
    mutating func place(pts: Int64?, duration: Int64) -> Int64 {
        var ticks = expected ?? 0
        if let pts {
            ticks = pts - originTicks + offset
            let reference = expected ?? (startsAnywhere ? ticks : 0)
            if ticks - reference > gapTicksMax || reference - ticks > backTicksMax {
                offset += reference - ticks
                ticks = reference
                jumps += 1
            }
        }
        expected = max(expected ?? ticks, ticks) + max(duration, 1)
        endTicks = max(endTicks, ticks + max(duration, 0))
        return ticks
    }
}
