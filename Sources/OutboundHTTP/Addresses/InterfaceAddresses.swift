import CLibcurl
import Glibc

/// The addresses of this machine's own network interfaces.
enum InterfaceAddresses {
    /// The addresses at this moment, or none when the system does not tell.
    static func current() -> Set<IPAddress> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var addresses: Set<IPAddress> = []
        var next = unsafe list
        while let entry = unsafe next {
            if let pointer = unsafe entry.pointee.ifa_addr,
                let address = unsafe IPAddress(socketAddress: pointer)
            {
                addresses.insert(address)
            }
            unsafe next = entry.pointee.ifa_next
        }
        return addresses
    }
}
