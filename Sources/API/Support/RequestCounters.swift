import Threads

/// How many requests were answered, by route and status, since the start of the process.
final class RequestCounters: Sendable {
    struct Key: Hashable, Sendable {
        let method: String
        let route: String
        let status: Int
    }

    private let counts = Locked<[Key: Int]>([:])

    /// Strange methods share one label, since a client can make up as many as it likes.
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    func count(method: String, route: String, status: Int) {
        let key = Key(method: Self.methods.contains(method) ? method : "other", route: route, status: status)
        counts.withLock { $0[key, default: 0] += 1 }
    }

    var snapshot: [Key: Int] { counts.withLock { $0 } }
}
