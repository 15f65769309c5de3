package import Store

/// Links whose signature is readable.
package enum TestLinks {
    package static let minter = make(lifetimeSeconds: 3_600)

    /// Links that have expired when they are made.
    package static let expired = make(lifetimeSeconds: 0)

    private static func make(lifetimeSeconds: Int) -> LinkMinter {
        LinkMinter(baseURL: "http://gateway.test", key: [1], lifetimeSeconds: lifetimeSeconds) {
            path,
            expires,
            key in
            "signed-\(path.utf8.count)-\(expires)-\(key.count)"
        }
    }
}
