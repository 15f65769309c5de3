import Foundation
import Store
import Testing

@Suite struct LinkMinterTests {
    private let now = Date(timeIntervalSince1970: 1_000)

    private func minter(isDirect: Bool) -> LinkMinter {
        LinkMinter(baseURL: "http://g", key: [1], lifetimeSeconds: 60, isDirect: isDirect) {
            path,
            expires,
            _ in
            "\(path.utf8.count)-\(expires)"
        }
    }

    @Test func `links for workers have the gateway itself answer with content`() {
        let (usual, direct) = (minter(isDirect: false), minter(isDirect: true))

        #expect(
            usual.link(artifactId: "a", now: now).url
                == "http://g/v1/artifacts/a/content?expires=1060&signature=23-1060"
        )
        for (link, plain) in [
            (direct.link(artifactId: "a", now: now), usual.link(artifactId: "a", now: now)),
            (direct.assetLink(assetId: "a", now: now), usual.assetLink(assetId: "a", now: now)),
        ] {
            #expect(link.url == plain.url + "&redirect=false")
            #expect(link.expiresAt == plain.expiresAt)
        }
        let style = direct.styleAssetLink(sha256: "s", now: now).url
        #expect(style == usual.styleAssetLink(sha256: "s", now: now).url)
    }
}
