/// A request to a service of AWS, before it is signed.
///
/// The URL is built from the parts that are signed, so that what goes on the wire is what the signature is about.
package struct AWSRequest: Sendable {
    package var method: String
    package var scheme: String

    /// With its port, unless that is the scheme's own.
    package var host: String

    /// Not encoded; it begins with a slash.
    package var path: String

    /// Not encoded, in the order in which it is sent.
    package var query: [(name: String, value: String)]

    /// All that is sent and signed beside `Host` and what the signature adds.
    package var headers: [(name: String, value: String)]
    package var payload: AWSPayload

    package init(
        method: String = "GET",
        scheme: String = "https",
        host: String,
        path: String = "/",
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [],
        payload: AWSPayload = .empty
    ) {
        self.method = method
        self.scheme = scheme
        self.host = host
        self.path = path
        self.query = query
        self.headers = headers
        self.payload = payload
    }

    package var url: String {
        let query = encodedQuery.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return "\(scheme)://\(host)\(encodedPath)\(query.isEmpty ? "" : "?\(query)")"
    }

    var encodedPath: String { PercentEncoding.encode(path: path) }

    var encodedQuery: [(name: String, value: String)] {
        query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
    }
}
