package import Foundation

/// Makes links that work without a key until they expire.
package struct LinkMinter: Sendable {
    /// Signs a path and a time of expiry; passed in so that Store needs no cryptography.
    package typealias Sign = @Sendable (_ path: String, _ expires: Int, _ key: [UInt8]) -> String

    private let baseURL: String
    private let key: [UInt8]
    private let lifetimeSeconds: Int
    private let sign: Sign
    /// Whether content comes from the gateway itself: workers follow no redirects.
    private let isDirect: Bool
    /// Where deliveries of the messages go that have such links; both are wanted wherever a message is made.
    var outlet: DeliveryOutlet?

    /// `baseURL` is the gateway's own, without a slash at its end.
    package init(
        baseURL: String,
        key: [UInt8],
        lifetimeSeconds: Int,
        isDirect: Bool = false,
        sign: @escaping Sign
    ) {
        self.baseURL = baseURL
        self.key = key
        self.lifetimeSeconds = lifetimeSeconds
        self.isDirect = isDirect
        self.sign = sign
    }

    package func link(artifactId: String, now: Date) -> (url: String, expiresAt: Date) {
        contentLink(path: "/v1/artifacts/\(artifactId)/content", now: now)
    }

    package func assetLink(assetId: String, now: Date) -> (url: String, expiresAt: Date) {
        contentLink(path: "/v1/assets/\(assetId)/content", now: now)
    }

    package func styleAssetLink(sha256: String, now: Date) -> (url: String, expiresAt: Date) {
        link(path: "/v1/style-assets/\(sha256)", now: now)
    }

    private func contentLink(path: String, now: Date) -> (url: String, expiresAt: Date) {
        let link = link(path: path, now: now)
        return isDirect ? (link.url + "&redirect=false", link.expiresAt) : link
    }

    private func link(path: String, now: Date) -> (url: String, expiresAt: Date) {
        let expires = Int(now.timeIntervalSince1970) + lifetimeSeconds
        let url = "\(baseURL)\(path)?expires=\(expires)&signature=\(sign(path, expires, key))"
        return (url, Date(timeIntervalSince1970: TimeInterval(expires)))
    }
}
