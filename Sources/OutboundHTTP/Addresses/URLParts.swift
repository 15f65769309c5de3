import CLibcurl

/// The parts of a URL that decide whether it may be fetched.
///
/// They come from libcurl's own parser, so that no second parser can disagree with the one that connects.
struct URLParts {
    let scheme: String
    let host: String
    let port: Int

    /// The host as it is spelled in the URL, where a dot may end it.
    let spelledHost: String

    /// The name to look up: the same however the host is spelled.
    var name: String { host.lowercased() }

    /// Whether the host is an address, not a name.
    var isAddress: Bool { IPAddress(literal: host) != nil }

    init(_ text: String) throws(AddressPolicyError) {
        try Self.checkCharacters(of: text)
        guard let handle = unsafe curl_url() else {
            throw AddressPolicyError(.urlMalformed, "no memory for a URL")
        }
        defer { unsafe curl_url_cleanup(handle) }
        let status = unsafe curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_DISALLOW_USER))
        switch status {
        case CURLUE_OK: break
        case CURLUE_UNSUPPORTED_SCHEME:
            throw AddressPolicyError(.schemeRefused, "the URL must begin with 'http://' or 'https://'")
        case CURLUE_USER_NOT_ALLOWED:
            throw AddressPolicyError(.userInfoRefused, "the URL must not contain a user name")
        default: throw AddressPolicyError(.urlMalformed, "the URL cannot be read")
        }
        guard let scheme = unsafe Self.part(CURLUPART_SCHEME, of: handle),
            let host = unsafe Self.part(CURLUPART_HOST, of: handle),
            let portText = unsafe Self.part(CURLUPART_PORT, of: handle), let port = Int(portText)
        else { throw AddressPolicyError(.urlMalformed, "the URL lacks a host") }
        self.scheme = scheme.lowercased()
        spelledHost = host
        self.host = host.hasSuffix(".") ? String(host.dropLast()) : host
        self.port = port
    }

    /// Parsers differ on anything but plain ASCII, so other characters must come percent-encoded.
    private static func checkCharacters(of text: String) throws(AddressPolicyError) {
        guard text.utf8.count <= AddressPolicy.urlBytesMax else {
            throw AddressPolicyError(
                .urlMalformed,
                "the URL is longer than \(AddressPolicy.urlBytesMax) bytes"
            )
        }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw AddressPolicyError(
                .urlMalformed,
                "the URL contains a character beyond ASCII: write a host in its 'xn--' form, and percent-encode the rest"
            )
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw AddressPolicyError(
                .urlMalformed,
                "the URL contains a character that must be percent-encoded"
            )
        }
        let lowered = text.lowercased()
        guard lowered.hasPrefix("https://") || lowered.hasPrefix("http://") else {
            throw AddressPolicyError(.schemeRefused, "the URL must begin with 'http://' or 'https://'")
        }
        let rest = text.drop { $0 != "/" }.dropFirst(2)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty else { throw AddressPolicyError(.urlMalformed, "the URL lacks a host") }
        guard !authority.contains("@") else {
            throw AddressPolicyError(.userInfoRefused, "the URL must not contain a user name")
        }
        guard !authority.contains("%") else {
            throw AddressPolicyError(.hostRefused, "the host of the URL must not be percent-encoded")
        }
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK,
            let text = unsafe text
        else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
