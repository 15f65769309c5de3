import Glibc

/// How loud a sound is in steps of 10 ms, and how far it leaps from one sample to the next.
package struct SoundLevels: Sendable, Equatable {
    package static let stepMs = 10
    /// Digital silence.
    package static let floorDb: Float = -120

    /// Of both channels together, in dB below full scale.
    package private(set) var rmsDb: [Float] = []
    /// The largest difference of two neighbouring samples in each step, full scale being 1.
    package private(set) var leaps: [Float] = []

    private let samplesPerStep: Int
    private var sum: Double = 0
    private var leap: Float = 0
    private var count = 0
    private var last: (left: Float, right: Float)?

    package init(sampleRate: Int) { samplesPerStep = max(1, sampleRate * Self.stepMs / 1_000) }

    package mutating func add(left: [Float], right: [Float]) {
        for (left, right) in zip(left, right) {
            sum += Double(left * left + right * right)
            if let last { leap = max(leap, abs(left - last.left), abs(right - last.right)) }
            last = (left, right)
            count += 1
            if count == samplesPerStep { close() }
        }
    }

    /// Takes what is left as a last step.
    package mutating func finish() {
        if count > 0 { close() }
    }

    private mutating func close() {
        let mean = sum / Double(2 * count)
        rmsDb.append(mean > 0 ? max(Self.floorDb, Float(10 * log10(mean))) : Self.floorDb)
        leaps.append(leap)
        (sum, leap, count) = (0, 0, 0)
    }

    /// The loudest step that touches a range of milliseconds.
    package func loudestDb(_ rangeMs: Range<Int>) -> Float {
        let from = max(0, rangeMs.lowerBound / Self.stepMs)
        let to = min(rmsDb.count, (rangeMs.upperBound + Self.stepMs - 1) / Self.stepMs)
        return from < to ? rmsDb[from..<to].max() ?? Self.floorDb : Self.floorDb
    }

    package static func == (one: SoundLevels, other: SoundLevels) -> Bool {
        one.rmsDb == other.rmsDb && one.leaps == other.leaps
    }
}
