import Foundation
import LoopbackSupport
import Signatures
import Testing
import Threads

@testable import Artifacts

/// Uploads in parts that go wrong.
@Suite struct S3UploadFaultTests {
    private static let begun = FakeS3.Answer.status(
        200,
        "<InitiateMultipartUploadResult><UploadId>up&amp;1</UploadId></InitiateMultipartUploadResult>"
    )
    private static let completed = FakeS3.Answer.status(
        200,
        "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"
    )
    private static let part = FakeS3.Answer.answer(LoopbackAnswer(200, headers: [("etag", "\"<p>\"")]))

    private let bytes = pattern((2 << 20) + 7)

    private enum Step {
        case begin
        case part
        case complete
        case abort
        case head

        init(_ request: LoopbackRequest) {
            let hasId = request.target.contains("uploadId=")
            switch request.method {
            case "POST": self = hasId ? .complete : .begin
            case "PUT": self = .part
            case "DELETE": self = .abort
            default: self = .head
            }
        }
    }

    /// A store that does all but what `fault` answers.
    private func fake(
        _ fault: @escaping @Sendable (LoopbackRequest, Int) -> FakeS3.Answer?
    ) throws -> FakeS3 {
        try FakeS3 { request, number in
            if let answer = fault(request, number) { return answer }
            switch Step(request) {
            case .begin: return Self.begun
            case .part: return Self.part
            case .complete: return Self.completed
            case .abort: return .status(204)
            case .head: return .status(404)
            }
        }
    }

    @Test func `parts are numbered, in order and named as the store named them`() async throws {
        let fake = try fake { _, _ in nil }

        try await fake.store.write(bytes, to: location())

        let parts = fake.received.filter { Step($0) == .part }.sorted { $0.target < $1.target }
        #expect(
            parts.map(\.body)
                == S3Upload.ranges(size: Int64(bytes.count), partBytes: 1 << 20).map {
                    Array(bytes[Int($0.lowerBound)..<Int($0.upperBound)])
                }
        )
        #expect(parts[1].target == "/films/reels/ten_1/run_1/plan/1/plan.json?partNumber=2&uploadId=up%261")
        let last = try #require(fake.received.last)
        let document = try #require(XMLReader.read(last.body))
        #expect(document.all("Part").map { $0.text("PartNumber") } == ["1", "2", "3"])
        #expect(document.all("Part").allSatisfy { $0.text("ETag") == "\"<p>\"" })
        let sums = parts.map { Base64.encode(SHA256Digest.hash($0.body)) }
        #expect(document.all("Part").map { $0.text("ChecksumSHA256") } == sums)
        #expect(parts.map { $0.header("x-amz-checksum-sha256") } == sums)
        #expect(fake.received.first?.header("x-amz-meta-sha256") == SHA256Digest.hex(bytes))
    }

    @Test func `a part that fails for good drops the upload`() async throws {
        let fake = try fake { request, _ in
            request.target.contains("partNumber=2") ? .refusal(403, "AccessDenied") : nil
        }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.write(bytes, to: location())
        }

        #expect(error?.code == .ioFailed)
        #expect(fake.received.filter { Step($0) == .abort }.count == 1)
        #expect(!fake.received.contains { Step($0) == .complete })
        #expect(try fake.staged().isEmpty)
    }

    @Test func `a store in trouble is asked twice at most to drop an upload`() async throws {
        let fake = try fake { request, _ in
            switch Step(request) {
            case .part: .refusal(403, "AccessDenied")
            case .abort: .refusal(503, "SlowDown")
            default: nil
            }
        }

        await #expect(throws: ArtifactError.self) { try await fake.store.write(bytes, to: location()) }

        #expect(fake.received.filter { Step($0) == .abort }.count == 2)
    }

    @Test func `a part that was spoilt on its way is sent again alone`() async throws {
        let failures = Locked(0)
        let fake = try fake { request, _ in
            guard request.target.contains("partNumber=2") else { return nil }
            let count = failures.withLock { count in
                count += 1
                return count
            }
            return count == 1 ? .refusal(500, "InternalError") : nil
        }

        try await fake.store.write(bytes, to: location())

        #expect(fake.received.filter { Step($0) == .part }.count == 4)
    }

    @Test func `whoever is cancelled drops the upload too`() async throws {
        let (begun, continuation) = AsyncStream<Void>.makeStream()
        let fake = try fake { request, _ in
            guard Step(request) == .part else { return nil }
            continuation.yield()
            return .silence
        }
        let (store, bytes) = (fake.store, bytes)
        let writing = Task { try await store.write(bytes, to: location()) }
        for await _ in begun { break }

        writing.cancel()
        let result = await writing.result

        #expect(throws: CancellationError.self) { try result.get() }
        #expect(fake.received.filter { Step($0) == .abort }.count == 1)
    }

    @Test func `a 200 that tells of an error is one, and is asked again`() async throws {
        let completions = Locked(0)
        let fake = try fake { request, _ in
            guard Step(request) == .complete else { return nil }
            let count = completions.withLock { count in
                count += 1
                return count
            }
            return count == 1 ? .refusal(200, "InternalError") : nil
        }

        try await fake.store.write(bytes, to: location())

        #expect(completions.withLock(\.self) == 2)
    }

    @Test(arguments: [true, false])
    func `a lost answer to the last request is cleared up by a look`(isThere: Bool) async throws {
        let (size, sha256) = (bytes.count, SHA256Digest.hex(isThere ? bytes : [1]))
        let completions = Locked(0)
        let fake = try fake { request, _ in
            switch Step(request) {
            case .complete:
                let count = completions.withLock { count in
                    count += 1
                    return count
                }
                return count == 1
                    ? .raw("HTTP/1.1 200 OK\r\ncontent-length: 9") : .refusal(404, "NoSuchUpload")
            case .head: return .facts(size: size, sha256: sha256)
            default: return nil
            }
        }

        if isThere {
            #expect(try await fake.store.write(bytes, to: location()).sizeBytes == Int64(size))
        } else {
            let error = await #expect(throws: ArtifactError.self) {
                try await fake.store.write(bytes, to: location())
            }
            #expect(error?.code == .ioFailed)
        }
    }

    @Test(arguments: ["", "<InitiateMultipartUploadResult/>", "no XML", String(repeating: "x", count: 3_000)])
    func `an upload without a name is not gone on with`(id: String) async throws {
        let body = id.hasPrefix("x") ? "<InitiateMultipartUploadResult><UploadId>\(id)</UploadId></a>" : id
        let fake = try fake { request, _ in Step(request) == .begin ? .status(200, body) : nil }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.write(bytes, to: location())
        }

        #expect(error?.code == .ioFailed)
        #expect(fake.received.allSatisfy { Step($0) == .begin })
    }

    @Test func `content at the limit goes in one request, beyond it in parts`() async throws {
        let fake = try fake { _, _ in nil }

        try await fake.store.write(pattern(1_000), to: location())
        #expect(fake.received.map(\.method) == ["PUT"])
        try await fake.store.write(pattern(1_001), to: location())
        #expect(fake.received.map(\.method) == ["PUT", "POST", "PUT", "POST"])
    }
}
