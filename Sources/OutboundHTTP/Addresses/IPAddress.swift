import CLibcurl
import Glibc

/// An IPv4 or IPv6 address.
struct IPAddress: Sendable, Hashable {
    /// Four or sixteen bytes in network order.
    let bytes: [UInt8]

    var isIPv6: Bool { bytes.count == 16 }

    /// The IPv4 address inside `::ffff:0:0/96`, which a socket treats as IPv4.
    var mappedIPv4: IPAddress? {
        guard isIPv6, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else {
            return nil
        }
        return IPAddress(bytes: Array(bytes.suffix(4)))
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The spelling that libcurl reads in a list of addresses.
    var text: String {
        guard isIPv6 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { place in
            String(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), radix: 16)
        }
        return "[\(groups.joined(separator: ":"))]"
    }

    /// Reads the usual spelling, with brackets or without for IPv6.
    init?(literal text: String) {
        var four = in_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self.init(four)
            return
        }
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        var six = in6_addr()
        guard unsafe inet_pton(AF_INET6, inner, &six) == 1 else { return nil }
        self.init(six)
    }

    /// The address within a socket address, or nil for other families.
    init?(socketAddress: UnsafePointer<sockaddr>) {
        let raw = unsafe UnsafeRawPointer(socketAddress)
        switch Int32(unsafe socketAddress.pointee.sa_family) {
        case AF_INET: self.init(unsafe raw.loadUnaligned(as: sockaddr_in.self).sin_addr)
        case AF_INET6: self.init(unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: return nil
        }
    }

    private init(_ address: in_addr) {
        bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
    }

    private init(_ address: in6_addr) {
        bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
    }
}
