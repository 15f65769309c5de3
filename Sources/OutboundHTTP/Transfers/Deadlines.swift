/// When transfers run out of the time for a part of them; the time for the whole is libcurl's.
struct Deadlines {
    private var moments: [ObjectIdentifier: (at: ContinuousClock.Instant, transfer: Transfer)] = [:]

    /// Keeps the earlier one of two for the same transfer.
    mutating func set(_ transfer: Transfer, at moment: ContinuousClock.Instant) {
        let key = ObjectIdentifier(transfer)
        if let known = moments[key], known.at <= moment { return }
        moments[key] = (moment, transfer)
    }

    mutating func clear(_ transfer: Transfer) { moments.removeValue(forKey: ObjectIdentifier(transfer)) }

    /// Milliseconds until the first one, rounded up, `most` at most.
    func milliseconds(atMost most: Int32, now: ContinuousClock.Instant) -> Int32 {
        guard let first = moments.values.lazy.map(\.at).min() else { return most }
        let left = (first - now) / .milliseconds(1)
        return Int32(min(Double(most), max(0, left.rounded(.up))))
    }

    /// Takes out those whose time is over.
    mutating func takeOver(now: ContinuousClock.Instant) -> [Transfer] {
        guard !moments.isEmpty else { return [] }
        let over = moments.values.filter { $0.at <= now }.map(\.transfer)
        for transfer in over { clear(transfer) }
        return over
    }
}
