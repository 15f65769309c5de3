import CLibcurl
import Glibc

/// Turns the name of a host into addresses; it may block, for as long as name servers keep it waiting.
///
/// Nil when the name has no address or no name server answers.
struct NameResolver: Sendable {
    let addresses: @Sendable (_ host: String) -> [IPAddress]?

    /// The one of the system.
    static let system = NameResolver { host in
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else { return nil }
        defer { unsafe freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let pointer = unsafe entry.pointee.ai_addr,
                let address = unsafe IPAddress(socketAddress: pointer), !found.contains(address)
            {
                found.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return found.isEmpty ? nil : found
    }
}
