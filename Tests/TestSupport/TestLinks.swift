package import Store

/// Links whose signature is readable.
package enum TestLinks {
    package static let minter = LinkMinter(baseURL: "http://gateway.test", key: [1], lifetimeSeconds: 3_600) {
        path,
        expires,
        key in
        "signed-\(path.utf8.count)-\(expires)-\(key.count)"
    }
}
