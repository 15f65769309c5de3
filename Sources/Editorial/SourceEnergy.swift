import Contracts

/// Loudness of the source, summed so that any window's mean takes one step.
struct SourceEnergy: Sendable {
    /// Quieter hops count as this: a pause must not weigh like a whisper a hundred times over.
    static let floorLufs = -50.0

    let medianLufs: Double?
    private let hopMs: Int
    private let sums: [Double]

    init(_ energy: Segments.Energy) {
        hopMs = max(1, energy.hopMs)
        let values = energy.lufs.map { $0.isFinite ? max($0, Self.floorLufs) : Self.floorLufs }
        sums = values.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let spoken = values.filter { $0 > Self.floorLufs }.sorted()
        medianLufs = spoken.isEmpty ? nil : spoken[spoken.count / 2]
    }

    /// Decibels over the source's median; nil where nothing was measured.
    func lift(_ range: TimeRange) -> Double? {
        let first = min(max(0, range.startMs / hopMs), sums.count - 1)
        let last = min(max(0, (range.endMs + hopMs - 1) / hopMs), sums.count - 1)
        guard let medianLufs, last > first else { return nil }
        return (sums[last] - sums[first]) / Double(last - first) - medianLufs
    }
}
