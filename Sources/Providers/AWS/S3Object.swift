import Foundation

/// An object in a bucket, as AWS services name it.
struct S3Object: Sendable, Hashable {
    let bucket: String
    let key: String

    var uri: String { "s3://\(bucket)/\(key)" }

    /// Reads a link to an object at AWS, signed or not; nil where it leads anywhere else.
    init?(link: String) {
        guard let parts = URLComponents(string: link), parts.scheme == "https", parts.user == nil,
            parts.port == nil || parts.port == 443, let host = parts.host?.lowercased(),
            parts.path.hasPrefix("/")
        else { return nil }
        let path = parts.path.dropFirst()
        guard
            let found = host.wholeMatch(of: #/(?:(.+)\.)?s3[.\-](?:[a-z0-9\-.]+\.)?amazonaws\.com(?:\.cn)?/#)
        else { return nil }
        if let bucket = found.output.1 {
            self.init(bucket: String(bucket), key: String(path))
        } else {
            let halves = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            self.init(bucket: String(halves[0]), key: String(halves[1]))
        }
    }

    init?(bucket: String, key: String) {
        guard bucket.wholeMatch(of: /[a-z0-9][a-z0-9.\-]{2,62}/) != nil, !key.isEmpty, key.utf8.count <= 1_024
        else { return nil }
        self.bucket = bucket
        self.key = key
    }
}
