/// What names stand for, for a short time, judged by the address policy.
///
/// A name is allowed when every one of its addresses is: one that has a public and a private address is refused. What
/// was allowed here is what gets dialled, so that a second answer of the name server cannot differ.
struct NameCache: Sendable {
    enum Finding: Sendable, Hashable {
        case allowed([IPAddress])
        case blocked
        case unknown
    }

    private struct Entry: Sendable {
        let finding: Finding
        let until: ContinuousClock.Instant
    }

    private let gate: AddressGate
    private var entries: [String: Entry] = [:]

    static let allowedSecondsMax = 60
    /// Short, so that a name that was set right is soon tried again.
    static let refusedSecondsMax = 5
    static let entriesMax = 4096
    /// Of the addresses of a name, those that are dialled.
    private static let dialledMax = 8

    init(gate: AddressGate) { self.gate = gate }

    /// What is known of `host`, if that is not too old.
    func finding(of host: String, now: ContinuousClock.Instant) -> Finding? {
        guard let entry = entries[host], entry.until > now else { return nil }
        return entry.finding
    }

    /// Judges what a lookup brought, and remembers it.
    mutating func learn(_ addresses: [IPAddress]?, of host: String, now: ContinuousClock.Instant) -> Finding {
        let finding = judge(addresses)
        if entries.count >= Self.entriesMax {
            entries = entries.filter { $0.value.until > now }
            if entries.count >= Self.entriesMax { entries.removeAll() }
        }
        let isAllowed = if case .allowed = finding { true } else { false }
        let seconds = isAllowed ? Self.allowedSecondsMax : Self.refusedSecondsMax
        // A failed lookup is not remembered: the next attempt asks again.
        if finding == .unknown {
            entries.removeValue(forKey: host)
        } else {
            entries[host] = Entry(finding: finding, until: now + .seconds(seconds))
        }
        return finding
    }

    private func judge(_ addresses: [IPAddress]?) -> Finding {
        guard let addresses, !addresses.isEmpty else { return .unknown }
        guard addresses.allSatisfy(gate.allows) else { return .blocked }
        return .allowed(Array(addresses.prefix(Self.dialledMax)))
    }
}
