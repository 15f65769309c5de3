package import Store

/// Links whose signature is readable.
package enum TestLinks {
    package static let minter = make(lifetimeSeconds: 3_600)

    /// Links that have expired when they are made.
    package static let expired = make(lifetimeSeconds: 0)

    /// Links to a gateway elsewhere.
    package static func minter(baseURL: String) -> LinkMinter {
        make(lifetimeSeconds: 3_600, baseURL: baseURL)
    }

    private static func make(
        lifetimeSeconds: Int,
        baseURL: String = "http://gateway.test"
    ) -> LinkMinter {
        LinkMinter(baseURL: baseURL, key: [1], lifetimeSeconds: lifetimeSeconds) {
            path,
            expires,
            key in
            "signed-\(path.utf8.count)-\(expires)-\(key.count)"
        }
    }
}
