import Signatures
import Store

/// The keys that follow from the gateway's one secret, each for its own purpose.
struct GatewayKeys: Sendable {
    let linkKey: [UInt8]
    let tokenKey: [UInt8]
    let sealingKey: SealingKey

    init(root: [UInt8]) {
        linkKey = HMACSHA256.code(of: Array("reelgate links".utf8), key: root)
        tokenKey = HMACSHA256.code(of: Array("reelgate task tokens".utf8), key: root)
        sealingKey = SealingKey(HMACSHA256.code(of: Array("reelgate kept answers".utf8), key: root))
    }

    /// Makes signed links under one of the gateway's addresses.
    ///
    /// With `isDirect` the gateway itself gives the content, wherever it is kept.
    func minter(baseURL: String, lifetimeSeconds: Int, isDirect: Bool = false) -> LinkMinter {
        LinkMinter(
            baseURL: baseURL,
            key: linkKey,
            lifetimeSeconds: lifetimeSeconds,
            isDirect: isDirect
        ) { path, expires, key in
            LinkSignature.sign(path: path, expires: Int64(expires), key: key)
        }
    }
}
