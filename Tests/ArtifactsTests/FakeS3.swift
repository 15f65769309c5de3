import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing
import Threads

@testable import Artifacts

/// A store whose answers a test writes, well-formed or not, and a client of it that does not wait.
final class FakeS3: Sendable {
    enum Answer: Sendable {
        case answer(LoopbackAnswer)

        /// Bytes as they are, after which the connection ends.
        case raw(String)
        case silence

        static func status(_ status: Int, _ body: String = "") -> Answer {
            .answer(LoopbackAnswer(status, body: body))
        }

        static func refusal(_ status: Int, _ word: String) -> Answer {
            .status(status, "<?xml version=\"1.0\"?><Error><Code>\(word)</Code><Message>m</Message></Error>")
        }

        /// A piece of an object.
        static func piece(
            _ bytes: [UInt8],
            range: String,
            tag: String = "\"v1\"",
            headers: [(name: String, value: String)] = []
        ) -> Answer {
            .answer(
                LoopbackAnswer(
                    206,
                    headers: [("content-range", "bytes \(range)"), ("etag", tag)] + headers,
                    bytes: bytes
                )
            )
        }

        /// What HEAD tells.
        static func facts(size: Int, sha256: String) -> Answer {
            .raw("HTTP/1.1 200 OK\r\ncontent-length: \(size)\r\nx-amz-meta-sha256: \(sha256)\r\n\r\n")
        }
    }

    let server: LoopbackServer
    let store: S3ArtifactStore
    private let folder: TemporaryFolder
    private let paused: Locked<[Duration]>

    /// How long the store waited between attempts.
    var pauses: [Duration] { paused.withLock(\.self) }

    var received: [LoopbackRequest] { server.received }

    /// `answer` gets each request and its number, from 1 on.
    init(
        change: (inout S3Configuration) -> Void = { _ in },
        _ answer: @escaping @Sendable (LoopbackRequest, Int) -> Answer
    ) throws {
        let count = Locked(0)
        server = try LoopbackServer { connection in
            while let request = connection.readRequest() {
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                switch answer(request, number) {
                case .answer(let answer): guard connection.respond(answer) else { return }
                case .raw(let text):
                    connection.write(text)
                    return
                case .silence: return connection.waitForClose()
                }
            }
        }
        folder = try TemporaryFolder()
        let place = try #require(
            S3Place(bucket: "films", prefix: "reels", endpoint: server.url, isPathStyle: true)
        )
        var configuration = S3Configuration(
            place: place,
            region: "us-east-1",
            credentials: AWSCredentials(accessKeyId: "AKID", secretAccessKey: "hush-hush")
        )
        configuration.limits.attemptsMax = 3
        configuration.limits.singleBytesMax = 1_000
        configuration.limits.partBytesMin = 1 << 20
        configuration.limits.firstPieceBytes = 10
        configuration.limits.pieceBytes = 10
        change(&configuration)
        let paused = Locked<[Duration]>([])
        self.paused = paused
        store = try S3ArtifactStore(
            configuration,
            spoolFolder: folder.path,
            pause: { pause in paused.withLock { $0.append(pause) } }
        )
    }

    deinit { server.stop() }

    func staged() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path) }

    func read(_ range: Range<Int64>? = nil) async throws -> [UInt8] {
        var read: [UInt8] = []
        for try await piece in try await store.read(location(), range: range) { read += piece }
        return read
    }
}
