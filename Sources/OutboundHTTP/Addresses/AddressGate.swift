import Threads

/// The decision on each address of one client: of a name that was looked up, and of a socket that is to be opened.
struct AddressGate: Sendable {
    private struct Own {
        var addresses: Set<IPAddress>
        var readAt: ContinuousClock.Instant
    }

    let policy: AddressPolicy

    /// This machine's own addresses: a public one must not lead back inside either.
    private let own = Locked<Own?>(nil)
    private let readOwn: @Sendable () -> Set<IPAddress>
    private let isAllowed: @Sendable (IPAddress) -> Bool

    /// For how long the machine's addresses are believed to stay the same.
    private static let ownSecondsMax = 60

    /// Tests give decisions of their own, since a public address is out of their reach.
    init(
        policy: AddressPolicy,
        readOwn: @escaping @Sendable () -> Set<IPAddress> = { InterfaceAddresses.current() },
        isAllowed: (@Sendable (IPAddress) -> Bool)? = nil
    ) {
        self.policy = policy
        self.readOwn = readOwn
        self.isAllowed = isAllowed ?? { policy.allows($0) }
    }

    func allows(_ address: IPAddress) -> Bool {
        guard isAllowed(address) else { return false }
        return policy != .publicOnly || !ownAddresses().contains(address.mappedIPv4 ?? address)
    }

    private func ownAddresses() -> Set<IPAddress> {
        own.withLock { own in
            let now = ContinuousClock.now
            if let own, own.readAt + .seconds(Self.ownSecondsMax) > now { return own.addresses }
            let addresses = readOwn()
            own = Own(addresses: addresses, readAt: now)
            return addresses
        }
    }
}
