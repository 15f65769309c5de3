import Foundation
import Signatures
import Testing

@testable import Artifacts
@testable import OutboundHTTP

/// The stores that must behave alike.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case local
    case s3
    case s3Bare
    case s3Host

    var testDescription: String {
        switch self {
        case .local: "in a folder"
        case .s3: "on S3"
        case .s3Bare: "on S3 without checksums"
        case .s3Host: "on S3, the bucket in the host"
        }
    }

    static let remote: [StoreKind] = [.s3, .s3Bare, .s3Host]
}

/// A store of one test, empty at first.
struct StoreUnderTest {
    let store: any ArtifactStore
    let folder: TemporaryFolder
    let kind: StoreKind

    init(_ kind: StoreKind) async throws {
        self.kind = kind
        folder = try TemporaryFolder()
        store =
            switch kind {
            case .local: try LocalArtifactStore(root: folder.path)
            case .s3: try await Self.remote(folder)
            case .s3Bare: try await Self.remote(folder) { $0.hasChecksums = false }
            case .s3Host: try await Self.remote(folder, isPathStyle: false)
            }
    }

    /// The names of files under way.
    func staged() throws -> [String] {
        let path = kind == .local ? "\(folder.path)/.incoming" : folder.path
        return try FileManager.default.contentsOfDirectory(atPath: path)
    }

    /// A store on the server of the tests below a prefix of its own; `folder` is its spool.
    static func remote(
        _ folder: TemporaryFolder,
        isPathStyle: Bool = true,
        _ change: (inout S3Configuration) -> Void = { _ in }
    ) async throws -> S3ArtifactStore {
        let server = try S3Server.shared.get()
        let place = try #require(
            S3Place(
                bucket: S3Server.bucket,
                prefix: "tests/\(SecureRandom.bytes(count: 8).map { "p\($0)" }.joined())",
                endpoint: isPathStyle ? server.endpoint : "http://s3.amazonaws.com:\(server.port)",
                isPathStyle: isPathStyle
            )
        )
        var configuration = S3Configuration(
            place: place,
            region: "us-east-1",
            credentials: S3Server.credentials
        )
        configuration.limits.singleBytesMax = 1 << 20
        configuration.limits.partBytesMin = 5 << 20
        configuration.limits.firstPieceBytes = 100_000
        configuration.limits.pieceBytes = 1 << 20
        change(&configuration)
        try await server.makeBucket()
        return try S3ArtifactStore(configuration, spoolFolder: folder.path, http: try loopbackClient())
    }

    /// A client to which every name is this machine.
    private static func loopbackClient() throws -> HTTPClient {
        let loopback = try #require(IPAddress(literal: "127.0.0.1"))
        return HTTPClient(
            gate: AddressGate(policy: .allowPrivateNetworks),
            resolver: NameResolver { _ in [loopback] }
        )
    }
}

func location(_ path: String = "ten_1/run_1/plan/1/plan.json") throws -> ArtifactLocation {
    try #require(ArtifactLocation(parsing: path))
}

/// Bytes that differ from place to place.
func pattern(_ count: Int, seed: Int = 31) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* seed &+ $0 >> 8) }
}
