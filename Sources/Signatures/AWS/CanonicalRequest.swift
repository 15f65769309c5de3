/// The one spelling of a request that both sides sign.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>.
struct CanonicalRequest {
    let text: String

    /// The signed headers' names, as the signature lists them.
    let signedHeaders: String

    /// What travels unsigned, since clients and proxies may change it.
    private static let unsignedHeaders: Set<String> = [
        "authorization", "connection", "expect", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent",
    ]

    /// `isPathFixed` is for S3, where a path is a name; elsewhere it is tidied and encoded twice.
    init(_ request: AWSRequest, isPathFixed: Bool) {
        var headers = ["host": [request.host.lowercased()]]
        for header in request.headers where !Self.unsignedHeaders.contains(header.name.lowercased()) {
            headers[header.name.lowercased(), default: []].append(Self.tidied(header.value))
        }
        let names = headers.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        signedHeaders = names.joined(separator: ";")
        let path =
            isPathFixed
            ? request.encodedPath : PercentEncoding.encode(path: Self.normalized(request.encodedPath))
        let lines = names.map { "\($0):\(headers[$0, default: []].joined(separator: ","))\n" }.joined()
        text = [
            request.method, path, Self.query(request), lines, signedHeaders, request.payload.text,
        ].joined(separator: "\n")
    }

    private static func query(_ request: AWSRequest) -> String {
        request.encodedQuery
            .sorted { $0.name == $1.name ? $0.value < $1.value : $0.name < $1.name }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// Without spaces at the ends, and with one where there are several.
    private static func tidied(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    /// The path without empty parts, `.` and `..`; a slash at its end stays.
    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        guard !parts.isEmpty else { return "/" }
        return "/\(parts.joined(separator: "/"))\(path.hasSuffix("/") ? "/" : "")"
    }
}
