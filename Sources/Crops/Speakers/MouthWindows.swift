/// The mouths of a shot in short windows of time, each against what is usual for its own face.
struct MouthWindows: Sendable {
    static let windowMs = 400
    /// Where the liveliest mouth moves less on average, nobody is seen to speak.
    private static let motionMin = 0.04
    /// A face's own motion counts as usual from this share of the liveliest one's on; below it is a listener's.
    private static let scaleShareMin = 0.8
    /// A window counts as speech with this share of it.
    private static let speechShareMin = 0.5

    struct Window: Sendable {
        let startMs: Int
        let endMs: Int
        let hasSpeech: Bool
        /// By track; a face that is not seen has none.
        let motion: [Int: Double]
    }

    let windows: [Window]

    /// Nil where no mouth moves enough to tell anything.
    init?(shot: Shot, trackIDs: [Int], samples: [MouthSample], speech: [Range<Int>]) {
        var raw: [Window] = []
        for start in stride(from: shot.startMs, to: shot.endMs, by: Self.windowMs) {
            let end = min(start + Self.windowMs, shot.endMs)
            let spokenMs = speech.reduce(0) {
                $0 + max(0, min($1.upperBound, end) - max($1.lowerBound, start))
            }
            var motion: [Int: Double] = [:]
            for id in trackIDs {
                let inside = samples.filter { $0.trackID == id && $0.timeMs >= start && $0.timeMs < end }
                if inside.isEmpty { continue }
                motion[id] = inside.reduce(0) { $0 + $1.motion } / Double(inside.count)
            }
            let hasSpeech = Double(spokenMs) >= Double(end - start) * Self.speechShareMin
            raw.append(Window(startMs: start, endMs: end, hasSpeech: hasSpeech, motion: motion))
        }
        var usual: [Int: Double] = [:]
        for id in trackIDs {
            let motions = raw.filter(\.hasSpeech).compactMap { $0.motion[id] }
            if !motions.isEmpty { usual[id] = motions.reduce(0, +) / Double(motions.count) }
        }
        let liveliest = usual.values.max() ?? 0
        guard liveliest >= Self.motionMin else { return nil }
        windows = raw.map { window in
            var motion = window.motion
            for (id, value) in motion {
                motion[id] = value / max(usual[id] ?? 0, liveliest * Self.scaleShareMin)
            }
            return Window(
                startMs: window.startMs,
                endMs: window.endMs,
                hasSpeech: window.hasSpeech,
                motion: motion
            )
        }
    }

    /// The mean motion of each face while somebody speaks between two times.
    func motion(from startMs: Int, to endMs: Int) -> [Int: Double] {
        var sums: [Int: (sum: Double, count: Double)] = [:]
        for window in windows where window.hasSpeech {
            let middle = (window.startMs + window.endMs) / 2
            guard middle >= startMs, middle < endMs else { continue }
            for (id, value) in window.motion {
                let sum = sums[id] ?? (0, 0)
                sums[id] = (sum.sum + value, sum.count + 1)
            }
        }
        return sums.mapValues { $0.sum / $0.count }
    }

    /// The face that moves its mouth most, and how many times as much as the next; nil where none is seen.
    static func liveliest(_ motion: [Int: Double]) -> (trackID: Int, lead: Double)? {
        let sorted = motion.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        guard let first = sorted.first else { return nil }
        let second = sorted.count > 1 ? sorted[1].value : 0
        guard first.value > 0 else { return nil }
        return (first.key, second > 0 ? first.value / second : .infinity)
    }
}
