import Foundation
import LoopbackSupport
import Signatures
import Testing
import Threads

@testable import Artifacts

/// Stores that fail, stall and lie.
@Suite struct S3FaultTests {
    @Test(arguments: [
        (500, "InternalError"), (503, "SlowDown"), (503, "ServiceUnavailable"), (400, "RequestTimeout"),
        (429, "TooManyRequests"), (502, "BadGateway"),
    ])
    func `a passing refusal is asked again`(status: Int, word: String) async throws {
        let fake = try FakeS3 { _, number in number < 3 ? .refusal(status, word) : .status(200) }

        try await fake.store.write([1, 2, 3], to: location())

        #expect(fake.received.map(\.body) == Array(repeating: [1, 2, 3], count: 3))
        #expect(fake.pauses.count == 2)
        #expect(fake.pauses[0] >= .milliseconds(100) && fake.pauses[0] <= .milliseconds(200))
        #expect(fake.pauses[1] >= .milliseconds(200) && fake.pauses[1] <= .milliseconds(400))
        #expect(try fake.staged().isEmpty)
    }

    @Test func `a refusal that stays ends after the attempts, and says what it was`() async throws {
        let fake = try FakeS3 { _, _ in .refusal(503, "SlowDown") }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.write([1], to: location())
        }

        #expect(error?.code == .ioFailed)
        #expect(error?.isRetryable == true)
        #expect(error?.description == "the object store answered 503 SlowDown")
        #expect(fake.received.count == 3)
    }

    @Test(arguments: [
        (403, "AccessDenied"), (404, "NoSuchBucket"), (400, "InvalidRequest"), (501, "NotImplemented"),
    ])
    func `a refusal for good is not asked again`(status: Int, word: String) async throws {
        let fake = try FakeS3 { _, _ in .refusal(status, word) }

        let error = await #expect(throws: ArtifactError.self) { try await fake.read() }

        #expect(error?.code == .ioFailed)
        #expect(error?.description == "the object store answered \(status) \(word)")
        #expect(fake.received.count == 1)
    }

    @Test func `what mends a refusal is said`() async throws {
        let elsewhere = try FakeS3 { _, _ in
            .answer(LoopbackAnswer(301, headers: [("x-amz-bucket-region", "eu-west-1")]))
        }
        let late = try FakeS3 { _, _ in .refusal(403, "RequestTimeTooSkewed") }
        let keys = try FakeS3 { _, _ in .refusal(403, "SignatureDoesNotMatch") }

        var said: [String] = []
        for fake in [elsewhere, late, keys] {
            let error = await #expect(throws: ArtifactError.self) { try await fake.read() }
            said.append(error?.description ?? "")
        }

        #expect(said[0].hasSuffix("the bucket is in region 'eu-west-1'"))
        #expect(said[1].hasSuffix("set this machine's clock"))
        #expect(said[2].hasSuffix("check its keys"))
        #expect(!said.joined().contains("hush-hush"))
    }

    @Test func `a store that does not answer is given up`() async throws {
        let fake = try FakeS3 {
            $0.limits.answerMilliseconds = 100
            $0.limits.attemptsMax = 2
        } _: { _, _ in
            .silence
        }

        let error = await #expect(throws: ArtifactError.self) { try await fake.store.size(location()) }

        #expect(error?.code == .ioFailed)
        #expect(fake.received.count == 2)
    }

    @Test func `a store that takes a file and says nothing is given up`() async throws {
        let fake = try FakeS3 {
            $0.limits.stalledSeconds = 1
            $0.limits.attemptsMax = 1
        } _: { _, _ in
            .silence
        }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.write([1], to: location())
        }

        #expect(error?.code == .ioFailed)
    }

    @Test(arguments: [
        // Shorter than it says.
        "HTTP/1.1 206 P\r\ncontent-range: bytes 0-9/10\r\ncontent-length: 10\r\n\r\n12345",
        "HTTP/1.1 206 P\r\ncontent-range: bytes 0-9/10\r\ncontent-length: 5\r\n\r\n12345",
        // Longer.
        "HTTP/1.1 206 P\r\ncontent-range: bytes 0-9/10\r\n\r\n12345678901",
        // Of another place, or of none.
        "HTTP/1.1 206 P\r\ncontent-range: bytes 1-10/11\r\ncontent-length: 10\r\n\r\n1234567890",
        "HTTP/1.1 206 P\r\ncontent-range: bytes 9-0/10\r\ncontent-length: 10\r\n\r\n1234567890",
        "HTTP/1.1 206 P\r\ncontent-range: bytes 0-9/*\r\ncontent-length: 10\r\n\r\n1234567890",
        "HTTP/1.1 206 P\r\ncontent-range: bytes 0-9223372036854775807/9\r\ncontent-length: 1\r\n\r\n1",
        "HTTP/1.1 206 P\r\ncontent-length: 10\r\n\r\n1234567890",
    ])
    func `a piece that is not what was asked for is not taken`(answer: String) async throws {
        let fake = try FakeS3 { _, _ in .raw(answer) }

        let error = await #expect(throws: ArtifactError.self) { try await fake.read() }

        #expect(error?.code == .ioFailed)
        #expect(fake.received.count == 3)
    }

    @Test func `a spoilt piece is fetched again`() async throws {
        let fake = try FakeS3 { _, number in
            number == 1
                ? .raw("HTTP/1.1 206 P\r\ncontent-range: bytes 0-9/10\r\ncontent-length: 10\r\n\r\n12345")
                : .piece(Array("1234567890".utf8), range: "0-9/10")
        }

        #expect(try await fake.read() == Array("1234567890".utf8))
    }

    @Test func `more than was asked for is not kept`() async throws {
        let sent = Locked(0)
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.write("HTTP/1.1 206 P\r\ncontent-range: bytes 0-9/10\r\n\r\n")
            let block = [UInt8](repeating: 7, count: 64 << 10)
            while connection.write(block) { sent.withLock { $0 += block.count } }
        }
        defer { server.stop() }
        let fake = try FakeS3 {
            $0.limits.attemptsMax = 1
            $0.place = S3Place(bucket: "films", endpoint: server.url, isPathStyle: true) ?? $0.place
        } _: { _, _ in
            .silence
        }

        let error = await #expect(throws: ArtifactError.self) { try await fake.read() }

        #expect(error?.code == .ioFailed)
        // What the kernel's buffers hold, not what would be in memory of a whole minute.
        #expect(sent.withLock(\.self) < 64 << 20)
    }

    @Test func `a store without ranges will do while the object is small`() async throws {
        let small = try FakeS3 { _, _ in .answer(LoopbackAnswer(200, body: "12345")) }
        let large = try FakeS3 { _, _ in .answer(LoopbackAnswer(200, body: "12345678901")) }

        #expect(try await small.read() == Array("12345".utf8))
        let error = await #expect(throws: ArtifactError.self) { try await large.read() }
        #expect(error?.code == .ioFailed)
        #expect(large.received.count == 1)
    }

    @Test(arguments: [nil, 0..<5] as [Range<Int64>?])
    func `a store that hides what it has is not taken for empty`(range: Range<Int64>?) async throws {
        let fake = try FakeS3 { request, _ in
            request.method == "HEAD" ? .facts(size: 10, sha256: "") : .refusal(416, "InvalidRange")
        }

        let error = await #expect(throws: ArtifactError.self) { try await fake.read(range) }

        #expect(error?.code == .ioFailed)
    }

    @Test func `pieces are all of the version that was begun with`() async throws {
        let fake = try FakeS3 { request, number in
            number == 1
                ? .piece(Array("1234567890".utf8), range: "0-9/20") : .refusal(412, "PreconditionFailed")
        }

        let error = await #expect(throws: ArtifactError.self) { try await fake.read() }

        #expect(error?.description.contains("changed while it was read") == true)
        #expect(fake.received.map { $0.header("range") } == ["bytes=0-9", "bytes=10-19"])
        #expect(fake.received.map { $0.header("if-match") } == [nil, "\"v1\""])
    }

    @Test func `a weak tag is not asked for, since it never matches, but looked at`() async throws {
        let (tag, next) = ("W/\"v1\"", "W/\"v2\"")
        let (first, second) = (Array("1234567890".utf8), Array("abcdefghij".utf8))
        let same = try FakeS3 { request, number in
            if request.header("if-match") != nil { return .refusal(412, "PreconditionFailed") }
            return number == 1
                ? .piece(first, range: "0-9/20", tag: tag) : .piece(second, range: "10-19/20", tag: tag)
        }
        let other = try FakeS3 { _, number in
            number == 1
                ? .piece(first, range: "0-9/20", tag: tag) : .piece(second, range: "10-19/20", tag: next)
        }
        let longer = try FakeS3 { _, number in
            number == 1 ? .piece(first, range: "0-9/20") : .piece(second, range: "10-19/30")
        }

        #expect(try await same.read() == first + second)
        for fake in [other, longer] {
            let error = await #expect(throws: ArtifactError.self) { try await fake.read() }
            #expect(error?.description.contains("changed while it was read") == true)
        }
    }

    @Test func `a store that took other bytes than were sent is not believed`() async throws {
        let other = Base64.encode(SHA256Digest.hash([9]))
        let fake = try FakeS3 { _, _ in
            .answer(LoopbackAnswer(200, headers: [("x-amz-checksum-sha256", other)]))
        }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.write([1], to: location())
        }

        #expect(error?.code == .ioFailed)
        #expect(error?.description == "the object store took other bytes than were sent")
        #expect(try fake.staged().isEmpty)
    }

    @Test(arguments: ["-1", "x", "99999999999999999999"])
    func `a size that is none is not taken`(length: String) async throws {
        let fake = try FakeS3 { _, _ in .raw("HTTP/1.1 200 OK\r\ncontent-length: \(length)\r\n\r\n") }

        let error = await #expect(throws: ArtifactError.self) { try await fake.store.size(location()) }

        #expect(error?.code == .ioFailed)
    }
}
