import Contracts
import Testing

@testable import Artifacts

@Suite struct ArtifactLocationTests {
    private static let digest = String(repeating: "0a", count: 32)

    @Test func `artifacts lie below their run, stage and attempt`() throws {
        let name = ArtifactName("framing", clip: "clip-01")

        let location = ArtifactLocation(
            tenantId: "ten_1",
            runId: "run_1",
            stage: "framing",
            attempt: 2,
            name: name
        )

        #expect(location?.path == "ten_1/run_1/framing/2/framing/clip-01.json")
    }

    @Test func `assets are named by their content`() throws {
        #expect(
            ArtifactLocation(tenantId: "ten_1", assetSha256: Self.digest)?.path
                == "ten_1/assets/\(Self.digest)"
        )
        #expect(
            ArtifactLocation(styleAssetSha256: Self.digest)?.path == "builtin/styles/\(Self.digest).png"
        )
    }

    @Test(arguments: [
        "", "a", "/etc/passwd", "a/../b", "a/./b", "a//b", "a/b/", "../a/b", ".incoming/x", "a/.hidden",
        "a/b\0c",
        "a/b c", "a/-b", "a\\b/c", "a/%2e%2e/b", "a/\u{2024}\u{2024}/b",
    ])
    func `a path that could lead elsewhere is refused`(path: String) {
        #expect(ArtifactLocation(parsing: path) == nil)
    }

    @Test func `long paths and parts are refused just beyond the limit`() {
        let part = String(repeating: "p", count: 96)

        #expect(ArtifactLocation(parsing: "\(part)/a") != nil)
        #expect(ArtifactLocation(parsing: "\(part)p/a") == nil)
        #expect(ArtifactLocation(parsing: Array(repeating: part, count: 6).joined(separator: "/")) == nil)
    }

    @Test(arguments: [
        "", "xyz", String(repeating: "0A", count: 32), "../" + String(repeating: "a", count: 61),
    ])
    func `a digest has 64 lower-case hexadecimal digits`(digest: String) {
        #expect(ArtifactLocation(tenantId: "ten_1", assetSha256: digest) == nil)
        #expect(ArtifactLocation(styleAssetSha256: digest) == nil)
    }

    @Test func `ids from elsewhere cannot bring a folder with them`() {
        let name = ArtifactName("plan")

        #expect(ArtifactLocation(tenantId: "..", runId: "r", stage: "plan", attempt: 1, name: name) == nil)
        #expect(
            ArtifactLocation(tenantId: "t", runId: "a/../..", stage: "plan", attempt: 1, name: name) == nil
        )
        #expect(ArtifactLocation(tenantId: "t", runId: "r", stage: "plan", attempt: 0, name: name) == nil)
    }
}
