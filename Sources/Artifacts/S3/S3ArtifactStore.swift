package import Foundation
package import OutboundHTTP
import Signatures
import Threads

/// Keeps files as objects in a bucket of S3, or of a store that speaks like it.
///
/// A file is spooled in a folder of this machine, since its place may depend on its content, and sent when it is
/// published: in one request or in parts. An object appears when all of it is there, so nobody sees half a file.
package struct S3ArtifactStore: ArtifactStore {
    private static let threadCount = 4
    private static let sendsAtOnceMax = 128

    let requests: S3Requests
    let client: S3Client
    private let staging: StagingFolder
    private let linkSigner: AWSSigner

    private var configuration: S3Configuration { requests.configuration }
    private var pool: ThreadPool { staging.pool }

    /// Opens the store with a spool folder of its own; nothing is asked of the bucket yet.
    package init(
        _ configuration: S3Configuration,
        spoolFolder: String,
        http: HTTPClient? = nil,
        leftoverSecondsMin: Int? = nil,
        now: @escaping @Sendable () -> Date = { Date() },
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws {
        let signer = AWSSigner(
            credentials: configuration.credentials,
            region: configuration.region,
            service: "s3"
        )
        let limits = ClientLimits(
            transfersInFlightMax: Self.sendsAtOnceMax,
            connectionsPerHostMax: Self.sendsAtOnceMax
        )
        requests = S3Requests(configuration: configuration)
        client = S3Client(
            // Whoever runs the gateway names the store, which may well be in the same private network.
            http: http ?? HTTPClient(policy: .allowPrivateNetworks, limits: limits),
            signer: signer,
            retry: S3Retry(configuration.limits) { Double.random(in: 0..<1) },
            now: { Int64(now().timeIntervalSince1970) },
            pause: pause
        )
        linkSigner = signer
        staging = try StagingFolder(
            path: try LocalArtifactStore.resolved(spoolFolder),
            pool: ThreadPool(name: "artifacts", threadCount: Self.threadCount),
            leftoverSecondsMin: leftoverSecondsMin
        )
    }

    package func beginWrite(bytesMax: Int64) async throws -> any ArtifactWriter {
        writer(StagedContent(file: try await staging.newFile(), bytesMax: bytesMax))
    }

    package func stagingFile() async throws -> any StagedFile { try await staging.newFile() }

    package func adopt(_ file: any StagedFile, bytesMax: Int64) async throws -> any ArtifactWriter {
        writer(try await staging.adopt(file, bytesMax: bytesMax))
    }

    package func size(_ location: ArtifactLocation) async throws -> Int64? {
        try await facts(of: location.path)?.sizeBytes
    }

    package func read(_ location: ArtifactLocation, range: Range<Int64>?) async throws -> ArtifactChunks {
        let reader = S3ArtifactReader(store: self, location: location, range: range)
        try await reader.open()
        return AsyncThrowingStream { try await reader.next() }
    }

    package func delete(_ location: ArtifactLocation) async throws { try await delete(path: location.path) }

    package func link(to location: ArtifactLocation, as form: LinkedForm) -> String? {
        guard let seconds = configuration.linkSeconds else { return nil }
        let place = configuration.linkPlace ?? configuration.place
        let request = place.request(
            "GET",
            key: place.key(location.path),
            query: [
                ("response-content-type", form.mediaType),
                ("response-content-disposition", form.disposition),
                ("response-cache-control", "private, max-age=3600"),
            ]
        )
        return linkSigner.link(to: request, now: client.now(), lifetimeSeconds: seconds)
    }

    private static let probePath = ".probe/file"
    private static let probeBytes = [UInt8]("reelgate".utf8)
    private static let probesMax = 3

    /// Writes, reads and removes a small object, so that a missing right is known before it is needed.
    ///
    /// It is always the same one, so that what a probe leaves that is cut off is removed by the next.
    package func probe() async throws {
        var probes = 1
        while try await !isProbeKept() {
            // Another gateway may have removed it in between, but not each time.
            guard probes < Self.probesMax else {
                throw ArtifactError(.ioFailed, "the object store does not have what was just written")
            }
            probes += 1
        }
        try await delete(path: Self.probePath)
    }

    private func isProbeKept() async throws -> Bool {
        let bytes = Self.probeBytes
        let content = StagedContent(file: try await staging.newFile(), bytesMax: Int64(bytes.count))
        let pool = pool
        try await pool.run { try content.add(bytes) }
        try await S3Sender(store: self, pool: pool).send(content, to: Self.probePath)
        do {
            let range = 0..<Int64(bytes.count)
            let read = try await client.send(requests.get(Self.probePath, range: range)) { $0.body }
            guard read == bytes else {
                throw ArtifactError(.ioFailed, "the object store gives back other bytes than were written")
            }
            return true
        } catch let failure as S3Failure {
            if failure.isMissing { return false }
            throw failure.artifactError
        }
    }

    func removeStaged(since moment: Date) async throws -> Int {
        try await staging.removeUnfinished(since: moment)
    }

    func delete(path: String) async throws {
        do {
            try await client.send(requests.delete(path)) { _ in }
        } catch let failure as S3Failure {
            guard failure.isMissing else { throw failure.artifactError }
        }
    }

    /// What the store knows of an object; nil when there is none.
    func facts(of path: String) async throws -> S3ObjectFacts? {
        do {
            return try await client.send(requests.head(path)) { response throws(S3Failure) in
                guard let facts = S3ObjectFacts(response) else {
                    throw .odd("does not tell the size of an object")
                }
                return facts
            }
        } catch let failure as S3Failure {
            if failure.isMissing { return nil }
            throw failure.artifactError
        }
    }

    private func writer(_ content: StagedContent) -> S3ArtifactWriter {
        S3ArtifactWriter(content, sender: S3Sender(store: self, pool: pool), pool: pool)
    }
}

/// What the headers of an object tell.
struct S3ObjectFacts: Sendable, Hashable {
    let sizeBytes: Int64

    /// The digest that was recorded with it.
    let sha256: String?

    init?(_ response: HTTPResponse) {
        guard let size = response.header("content-length").flatMap({ Int64($0) }), size >= 0 else {
            return nil
        }
        sizeBytes = size
        sha256 = response.header("x-amz-meta-sha256")
    }
}

/// Tells a failure of the store as one of the artifacts.
func asArtifactError<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let failure as S3Failure {
        throw failure.artifactError
    }
}
