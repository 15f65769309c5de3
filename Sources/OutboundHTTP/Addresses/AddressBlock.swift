/// A block of addresses that share their first bits.
struct AddressBlock: Sendable {
    private let base: IPAddress
    private let prefixBits: Int

    /// A block of our own tables: a literal that cannot be read is a mistake in them.
    init(_ literal: String, _ prefixBits: Int) {
        guard let base = IPAddress(literal: literal) else { preconditionFailure("no address: \(literal)") }
        self.base = base
        self.prefixBits = prefixBits
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        let wholeBytes = prefixBits / 8
        guard address.bytes.prefix(wholeBytes) == base.bytes.prefix(wholeBytes) else { return false }
        let restBits = prefixBits % 8
        guard restBits > 0 else { return true }
        return (address.bytes[wholeBytes] ^ base.bytes[wholeBytes]) >> (8 - restBits) == 0
    }
}
