import CLibcurl

/// The addresses that libcurl is to dial for the host of one transfer, in the form that it reads.
@safe
final class PinnedAddresses {
    let pointer: UnsafeMutablePointer<curl_slist>

    /// Nil when there is no memory.
    init?(host: String, port: Int, addresses: [IPAddress]) {
        // With the plus sign libcurl forgets them in time.
        let line = "+\(host):\(port):" + addresses.map(\.text).joined(separator: ",")
        guard let list = unsafe curl_slist_append(nil, line) else { return nil }
        unsafe pointer = list
    }

    deinit { unsafe curl_slist_free_all(pointer) }
}
