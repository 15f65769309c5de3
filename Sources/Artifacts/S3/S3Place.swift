import Signatures

/// A bucket, the prefix of our keys in it, and how the store is reached.
package struct S3Place: Sendable, Hashable {
    /// Parts of a prefix beyond this make keys longer than S3's 1,024 bytes.
    package static let prefixBytesMax = 256

    package let bucket: String

    /// Without slashes at its ends; empty for the whole bucket.
    package let prefix: String
    private let scheme: String
    private let host: String
    private let isPathStyle: Bool

    /// `endpoint` is `http://host[:port]` or with https; nil when a part could change the meaning of a URL.
    ///
    /// With `isPathStyle` the bucket is in the path, else in front of the host.
    package init?(bucket: String, prefix: String = "", endpoint: String, isPathStyle: Bool) {
        guard Self.isBucket(bucket), Self.isPrefix(prefix) else { return nil }
        let parts = endpoint.split(separator: "://", maxSplits: 1)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else { return nil }
        let authority = parts[1].hasSuffix("/") ? parts[1].dropLast() : parts[1]
        guard !authority.isEmpty, authority.utf8.allSatisfy(Self.isAuthorityByte) else { return nil }
        self.bucket = bucket
        self.prefix = prefix
        self.isPathStyle = isPathStyle
        scheme = parts[0].lowercased()
        host = Self.withoutOwnPort(authority.lowercased(), scheme: scheme)
    }

    /// Amazon's own endpoint of a region.
    package static func amazonEndpoint(region: String) -> String {
        "https://s3.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")"
    }

    /// `s3://bucket/prefix`.
    package var description: String { "s3://\(bucket)\(prefix.isEmpty ? "" : "/\(prefix)")" }

    func key(_ path: String) -> String { prefix.isEmpty ? path : "\(prefix)/\(path)" }

    /// The path of one of our keys; nil when it lies elsewhere in the bucket.
    func path(ofKey key: String) -> String? {
        guard !prefix.isEmpty else { return key }
        guard key.hasPrefix("\(prefix)/") else { return nil }
        return String(key.dropFirst(prefix.count + 1))
    }

    /// A request about the object at `key`, or about the bucket.
    func request(
        _ method: String,
        key: String? = nil,
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [],
        payload: AWSPayload = .empty
    ) -> AWSRequest {
        let object = key.map { "/\($0)" } ?? ""
        let path = isPathStyle ? "/\(bucket)\(object)" : object.isEmpty ? "/" : object
        return AWSRequest(
            method: method,
            scheme: scheme,
            host: isPathStyle ? host : "\(bucket).\(host)",
            path: path,
            query: query,
            headers: headers,
            payload: payload
        )
    }

    /// A port that goes without saying is not in the `Host` header either, which is signed.
    private static func withoutOwnPort(_ authority: String, scheme: String) -> String {
        let own = scheme == "https" ? ":443" : ":80"
        return authority.hasSuffix(own) ? String(authority.dropLast(own.count)) : authority
    }

    private static func isBucket(_ text: String) -> Bool {
        (3...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
            && text.first != "." && text.first != "-" && !text.contains("..")
    }

    private static func isPrefix(_ text: String) -> Bool {
        guard !text.isEmpty else { return true }
        // The same rules as for the paths below it, which have two parts at least.
        return text.utf8.count <= prefixBytesMax && ArtifactLocation(parsing: "p/\(text)") != nil
    }

    private static func isAuthorityByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}
