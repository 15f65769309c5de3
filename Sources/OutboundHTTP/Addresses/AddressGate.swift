/// The decision on each connection of one client, once its real address is known.
struct AddressGate: Sendable {
    let policy: AddressPolicy

    /// This machine's own addresses: a public one must not lead back inside either.
    private let ownAddresses: Set<IPAddress>

    init(policy: AddressPolicy) {
        self.policy = policy
        ownAddresses = policy == .publicOnly ? InterfaceAddresses.current() : []
    }

    func allows(_ address: IPAddress) -> Bool {
        policy.allows(address) && !ownAddresses.contains(address.mappedIPv4 ?? address)
    }
}
