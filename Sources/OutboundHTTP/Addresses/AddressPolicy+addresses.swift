extension AddressPolicy {
    /// Whether a connection to `address` may be opened.
    func allows(_ address: IPAddress) -> Bool {
        switch self {
        case .publicOnly: Self.isPublic(address)
        case .allowPrivateNetworks: !Self.isNeverReachable(address)
        case .cloudMetadata: Self.metadataServer.contains(address)
        }
    }

    private static let metadataServer = AddressBlock("169.254.169.254", 32)

    private static func isPublic(_ address: IPAddress) -> Bool {
        if let embedded = address.mappedIPv4 { return isPublic(embedded) }
        guard address.isIPv6 else { return !specialIPv4.contains { $0.contains(address) } }
        // Nothing outside 2000::/3 is handed out for public use: that refuses loopback, local, multicast,
        // NAT64 and discard addresses without naming them.
        return globalIPv6.contains(address) && !specialIPv6.contains { $0.contains(address) }
    }

    private static func isNeverReachable(_ address: IPAddress) -> Bool {
        if let embedded = address.mappedIPv4 { return isNeverReachable(embedded) }
        return neverReachable.contains { $0.contains(address) }
    }

    /// The special-purpose blocks of IPv4 (RFC 6890 and the registry that it began).
    private static let specialIPv4: [AddressBlock] = [
        AddressBlock("0.0.0.0", 8), AddressBlock("10.0.0.0", 8), AddressBlock("100.64.0.0", 10),
        AddressBlock("127.0.0.0", 8), AddressBlock("169.254.0.0", 16), AddressBlock("172.16.0.0", 12),
        AddressBlock("192.0.0.0", 24), AddressBlock("192.0.2.0", 24), AddressBlock("192.31.196.0", 24),
        AddressBlock("192.52.193.0", 24), AddressBlock("192.88.99.0", 24), AddressBlock("192.168.0.0", 16),
        AddressBlock("192.175.48.0", 24), AddressBlock("198.18.0.0", 15), AddressBlock("198.51.100.0", 24),
        AddressBlock("203.0.113.0", 24), AddressBlock("224.0.0.0", 4), AddressBlock("240.0.0.0", 4),
    ]

    private static let globalIPv6 = AddressBlock("2000::", 3)

    /// Within 2000::/3: protocol assignments with Teredo, documentation, 6to4.
    private static let specialIPv6: [AddressBlock] = [
        AddressBlock("2001::", 23), AddressBlock("2001:db8::", 32), AddressBlock("2002::", 16),
        AddressBlock("2620:4f:8000::", 48), AddressBlock("3fff::", 20),
    ]

    /// Link-local blocks and cloud metadata, multicast, and what embeds an IPv4 address for a translator.
    private static let neverReachable: [AddressBlock] = [
        AddressBlock("169.254.0.0", 16), AddressBlock("100.100.100.200", 32), AddressBlock("224.0.0.0", 4),
        AddressBlock("240.0.0.0", 4), AddressBlock("fe80::", 10), AddressBlock("ff00::", 8),
        AddressBlock("fd00:ec2::", 32), AddressBlock("64:ff9b::", 96), AddressBlock("64:ff9b:1::", 48),
        AddressBlock("2002::", 16), AddressBlock("2001::", 32),
    ]
}
