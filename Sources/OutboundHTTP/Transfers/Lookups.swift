import Foundation

/// Names that are being looked up, each once however many transfers wait for it.
///
/// It belongs to the driver's thread. A lookup has a thread of its own, since one that hangs must not hold up others.
struct Lookups {
    private var waiting: [String: [Transfer]] = [:]
    private let resolver: NameResolver

    /// Names that are looked up at once.
    static let namesMax = 256

    init(resolver: NameResolver) { self.resolver = resolver }

    /// Lets a transfer wait for its host's addresses; `onEnd` is called on another thread.
    ///
    /// False when too many names are being looked up already.
    mutating func wait(
        _ transfer: Transfer,
        onEnd: @escaping @Sendable (_ host: String, _ addresses: [IPAddress]?) -> Void
    ) -> Bool {
        let host = transfer.target.name
        if waiting[host] != nil {
            waiting[host]?.append(transfer)
            return true
        }
        guard waiting.count < Self.namesMax else { return false }
        waiting[host] = [transfer]
        let thread = Thread { [resolver] in onEnd(host, resolver.addresses(host)) }
        thread.name = "lookup"
        thread.start()
        return true
    }

    /// Takes out those that waited for `host`.
    mutating func end(_ host: String) -> [Transfer] { waiting.removeValue(forKey: host) ?? [] }

    /// Takes out one that waits no longer; the lookup goes on.
    mutating func leave(_ transfer: Transfer) { waiting[transfer.target.name]?.removeAll { $0 === transfer } }

    /// Takes out all.
    mutating func leaveAll() -> [Transfer] {
        defer { waiting.removeAll() }
        return waiting.values.flatMap { $0 }
    }
}
