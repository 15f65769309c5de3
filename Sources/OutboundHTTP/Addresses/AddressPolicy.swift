/// Which addresses requests on behalf of strangers may go to.
package enum AddressPolicy: Sendable, Hashable {
    /// Only public addresses, over https.
    case publicOnly

    /// Loopback and private addresses too, over http as well: for development.
    ///
    /// Link-local addresses stay refused, since cloud machines hand out credentials there.
    case allowPrivateNetworks

    /// Only the one address where a cloud machine asks who it is, over http as well.
    ///
    /// For what the gateway asks there on its own account, under a URL that no stranger names.
    case cloudMetadata

    /// URLs longer than this are refused unread.
    package static let urlBytesMax = 8192

    /// The longest name that the DNS can hold.
    private static let hostBytesMax = 253

    /// Throws when the text of `url` alone tells that it may not be fetched.
    ///
    /// Names are not looked up here: what they stand for is checked for each connection, when its address is known.
    package func check(url: String) throws(AddressPolicyError) { _ = try target(of: url) }

    /// The parts of a URL that may be fetched, as far as its text tells.
    func target(of url: String) throws(AddressPolicyError) -> URLParts {
        let schemes = self == .publicOnly ? ["https"] : ["https", "http"]
        let parts = try URLParts(url, schemes: schemes)
        guard parts.port > 0, !Self.otherPorts.contains(parts.port) else {
            throw AddressPolicyError(.portRefused, "port \(parts.port) is not for HTTP")
        }
        switch self {
        case .publicOnly:
            guard parts.port == 443 || parts.port >= 1024 else {
                throw AddressPolicyError(
                    .portRefused,
                    "port \(parts.port) is not allowed: use 443 or 1024 and up"
                )
            }
        case .allowPrivateNetworks, .cloudMetadata: break
        }
        try check(host: parts.host)
        return parts
    }

    /// Ports of protocols that might take a request for something of their own.
    private static let otherPorts: Set<Int> = [
        7, 9, 19, 20, 21, 22, 23, 25, 53, 69, 110, 111, 119, 123, 135, 137, 139, 143, 161, 179, 389, 445, 465,
        514,
        515, 548, 554, 587, 631, 636, 873, 993, 995, 1433, 1521, 1723, 2049, 2375, 3306, 3389, 5060, 5432,
        5900,
        6000, 6379, 6667, 11211, 27017,
    ]

    private func check(host: String) throws(AddressPolicyError) {
        if let address = IPAddress(literal: host) {
            guard allows(address) else {
                throw AddressPolicyError(.addressRefused, "the address in the URL is not allowed")
            }
            return
        }
        // A last label that is a number makes resolvers read the host as an address in some old spelling.
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, !looksNumeric(last),
            labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 }), host.utf8.count <= Self.hostBytesMax
        else { throw AddressPolicyError(.hostRefused, "the host of the URL is not a name") }
        guard host.utf8.allSatisfy(Self.isNameByte) else {
            throw AddressPolicyError(
                .urlMalformed,
                "the host of the URL has a character that no name has: letters, digits, '-', '_' and '.' are allowed"
            )
        }
        if let label = labels.first(where: { $0.hasPrefix("-") || $0.hasSuffix("-") }) {
            throw AddressPolicyError(
                .urlMalformed,
                "the part '\(label)' of the URL's host begins or ends with a hyphen, which no name does"
            )
        }
        guard self == .publicOnly else { return }
        let isLocal = labels.count == 1 || Self.localSuffixes.contains(last.lowercased())
        guard !isLocal, !host.lowercased().hasSuffix(".home.arpa") else {
            throw AddressPolicyError(.hostRefused, "the host of the URL is not a public name")
        }
    }

    /// Top-level names that never belong to the public DNS.
    private static let localSuffixes: Set<String> = [
        "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private",
        "onion",
    ]

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func looksNumeric(_ label: Substring) -> Bool {
        let text = label.lowercased()
        if text.hasPrefix("0x") { return text.dropFirst(2).allSatisfy { $0.isHexDigit } }
        return !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
    }
}
