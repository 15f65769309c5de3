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

    /// Takes a URL of one of these schemes, of which the first is the best.
    init(_ text: String, schemes: [String]) throws(AddressPolicyError) {
        try Self.checkCharacters(of: text)
        try Self.checkFront(of: text, schemes: schemes)
        guard let handle = unsafe curl_url() else {
            throw AddressPolicyError(.urlMalformed, "no memory for a URL")
        }
        defer { unsafe curl_url_cleanup(handle) }
        let status = unsafe curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_DISALLOW_USER))
        switch status {
        case CURLUE_OK: break
        case CURLUE_UNSUPPORTED_SCHEME: throw Self.otherScheme(schemes)
        case CURLUE_USER_NOT_ALLOWED: throw Self.hasUser
        case CURLUE_BAD_PORT_NUMBER:
            throw AddressPolicyError(.urlMalformed, "the port of the URL must be a number from 1 to 65535")
        case CURLUE_BAD_HOSTNAME, CURLUE_BAD_IPV6:
            throw AddressPolicyError(.urlMalformed, "the host of the URL is neither a name nor an address")
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
    }

    /// Looks at scheme and authority, where a parser's own word would not tell what to do.
    private static func checkFront(of text: String, schemes: [String]) throws(AddressPolicyError) {
        let lowered = text.lowercased()
        guard schemes.contains(where: { lowered.hasPrefix("\($0)://") }) else { throw otherScheme(schemes) }
        let rest = text.drop { $0 != "/" }.dropFirst(2)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw hasUser }
        guard !authority.isEmpty, !authority.hasPrefix(":") else {
            throw AddressPolicyError(.urlMalformed, "the URL lacks a host")
        }
        guard !authority.hasSuffix(":") else {
            throw AddressPolicyError(
                .urlMalformed,
                "the URL has a colon and no port behind it: write the port, or leave the colon out"
            )
        }
        guard !authority.contains("%") else {
            throw AddressPolicyError(.hostRefused, "the host of the URL must not be percent-encoded")
        }
    }

    private static func otherScheme(_ schemes: [String]) -> AddressPolicyError {
        let beginnings = schemes.map { "'\($0)://'" }.joined(separator: " or ")
        return AddressPolicyError(.schemeRefused, "the URL must begin with \(beginnings)")
    }

    private static let hasUser = AddressPolicyError(
        .userInfoRefused,
        "the URL must not contain a user name or a password"
    )

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK,
            let text = unsafe text
        else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
