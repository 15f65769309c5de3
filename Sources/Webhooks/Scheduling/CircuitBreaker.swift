/// Keeps attempts away from an endpoint that fails nearly all of them, and asks it now and then with one.
///
/// Nothing is attempted while it is open, so no delivery spends an attempt on an endpoint that is known to be down.
/// Times are milliseconds of any clock that never goes back.
struct CircuitBreaker: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case closed
        /// Until then nothing, and after it one attempt at a time.
        case open(until: Int)
    }

    private struct Slice: Sendable, Hashable {
        var number = -1
        var failures = 0
        var attempts = 0
    }

    static let windowMs = 5 * 60_000
    static let attemptsMin = 10
    static let failureShareMin = 0.7
    static let firstPauseMs = 30_000
    static let pauseMsMax = 15 * 60_000
    private static let slices = 10

    private var window = [Slice](repeating: Slice(), count: slices)
    private var pauseMs = firstPauseMs
    private(set) var state = State.closed

    /// What it allows now: nothing, one, or any number of attempts.
    func allowance(now: Int) -> Int {
        guard case .open(let until) = state else { return .max }
        return now >= until ? 1 : 0
    }

    mutating func note(isFailure: Bool, now: Int) {
        guard case .open(let until) = state else { return count(isFailure: isFailure, now: now) }
        // An attempt that began before it opened tells nothing new.
        guard now >= until else { return }
        if isFailure {
            pauseMs = min(pauseMs * 2, Self.pauseMsMax)
            state = .open(until: now + pauseMs)
        } else {
            self = CircuitBreaker()
        }
    }

    private mutating func count(isFailure: Bool, now: Int) {
        let number = now / (Self.windowMs / Self.slices)
        let index = number % Self.slices
        if window[index].number != number { window[index] = Slice(number: number) }
        window[index].attempts += 1
        guard isFailure else { return }
        window[index].failures += 1
        let recent = window.filter { $0.number > number - Self.slices }
        let attempts = recent.reduce(0) { $0 + $1.attempts }
        let failures = recent.reduce(0) { $0 + $1.failures }
        guard attempts >= Self.attemptsMin,
            Double(failures) >= Self.failureShareMin * Double(attempts)
        else { return }
        state = .open(until: now + pauseMs)
    }
}
