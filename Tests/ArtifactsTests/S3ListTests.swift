import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing

@testable import Artifacts

/// Lists of objects and uploads, and what is swept by them.
@Suite struct S3ListTests {
    private static func page(
        _ keys: [String],
        hasMore: Bool = false,
        modified: String = "2026-12-01T03:00:00.000Z"
    ) -> FakeS3.Answer {
        let entries = keys.map { key in
            "<Contents><Key>\(key)</Key><LastModified>\(modified)</LastModified></Contents>"
        }
        return .status(
            200,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>\
            <IsTruncated>\(hasMore)</IsTruncated>\(entries.joined())</ListBucketResult>
            """
        )
    }

    @Test func `what is not ours is passed over, and the walk goes on behind it`() async throws {
        let fake = try FakeS3 { _, number in
            switch number {
            case 1: Self.page(["reels/.probe/x", "reels/a", "reels/a+b%20c%2Fd"], hasMore: true)
            default: Self.page(["reels/ten_1/x"])
            }
        }

        let files = try await fake.store.files(after: nil, limit: 1)

        #expect(files.map(\.location.path) == ["ten_1/x"])
        #expect(files.first?.modifiedAt == Date(timeIntervalSince1970: 1_796_094_000))
        #expect(
            fake.received[0].target.contains("prefix=reels%2F&")
                || fake.received[0].target.hasSuffix("prefix=reels%2F")
        )
        #expect(fake.received[1].target.contains("start-after=reels%2Fa%20b%20c%2Fd"))
    }

    @Test func `a list that leads nowhere ends the walk`() async throws {
        let same = try FakeS3 { _, _ in Self.page(["reels/zz"], hasMore: true) }
        let foreign = try FakeS3 { _, _ in Self.page(["other/x"], hasMore: true) }

        for fake in [same, foreign] {
            let error = await #expect(throws: ArtifactError.self) {
                try await fake.store.files(after: nil, limit: 5)
            }
            #expect(error?.code == .ioFailed)
            #expect(fake.received.count <= 2)
        }
    }

    private static let morning = Date(timeIntervalSince1970: 1_796_094_000)

    @Test func `an object that is written while its removal is tried again stays`() async throws {
        let fake = try FakeS3 { _, number in
            switch number {
            case 1: Self.page(["reels/ten_1/run_1/plan/1/plan.json"])
            case 2: .refusal(503, "SlowDown")
            case 3:
                Self.page(
                    ["reels/ten_1/run_1/plan/1/plan.json"],
                    modified: "2026-12-01T03:00:00.001Z"
                )
            default: .status(204)
            }
        }

        #expect(try await !fake.store.remove(location(), unlessChangedSince: Self.morning))

        #expect(fake.received.map(\.method) == ["GET", "DELETE", "GET"])
        #expect(fake.pauses.count == 1)
    }

    @Test func `a removal that happened though the store told of a failure counts`() async throws {
        let fake = try FakeS3 { _, number in
            switch number {
            case 1: Self.page(["reels/ten_1/run_1/plan/1/plan.json"])
            case 2: .refusal(500, "InternalError")
            default: Self.page([])
            }
        }

        #expect(try await fake.store.remove(location(), unlessChangedSince: Self.morning))
        #expect(fake.received.map(\.method) == ["GET", "DELETE", "GET"])
    }

    @Test func `a removal that fails is tried as often as all else`() async throws {
        let fake = try FakeS3 { request, _ in
            request.method == "DELETE"
                ? .refusal(503, "SlowDown") : Self.page(["reels/ten_1/run_1/plan/1/plan.json"])
        }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.remove(location(), unlessChangedSince: Self.morning)
        }

        #expect(error?.description == "the object store answered 503 SlowDown")
        #expect(fake.received.map(\.method) == ["GET", "DELETE", "GET", "DELETE", "GET", "DELETE"])
    }

    @Test func `a bucket full of others' objects ends the walk, too`() async throws {
        let fake = try FakeS3 { _, number in
            Self.page(["reels/\(String(repeating: "z", count: number))"], hasMore: true)
        }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.files(after: nil, limit: 5)
        }

        #expect(error?.description.contains("prefix of its own") == true)
        #expect(fake.received.count == 200)
    }

    @Test(arguments: [
        "<!DOCTYPE b [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><ListBucketResult>&b;</ListBucketResult>",
        String(repeating: "<a>", count: 20_000), "<ListBucketResult>", "", "{}",
        "<ListBucketResult><Contents><Key>k</Key></Contents></ListBucketResult>",
        "<ListBucketResult>" + String(repeating: "<a/>", count: 60_000) + "</ListBucketResult>",
        "<ListBucketResult>\u{0}&bomb;</ListBucketResult>",
    ])
    func `a list that is none is refused`(body: String) async throws {
        let fake = try FakeS3 { _, _ in .status(200, body) }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.files(after: nil, limit: 5)
        }

        #expect(error?.code == .ioFailed)
        #expect(fake.received.count == 3)
    }

    @Test func `a list longer than any is not read to its end`() async throws {
        let fake = try FakeS3 { _, _ in
            .status(200, "<ListBucketResult>" + String(repeating: " ", count: S3Requests.listBytesMax))
        }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.files(after: nil, limit: 5)
        }

        #expect(error?.code == .ioFailed)
    }

    @Test func `an error document cannot say more than a word`() async throws {
        for body in [
            "<!DOCTYPE e [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Error><Code>&x;</Code></Error>",
            "<Error><Code>\(String(repeating: "A", count: 65))</Code></Error>",
            "<Error><Code>a\nb</Code></Error>", String(repeating: "<Error>", count: 9_000),
        ] {
            let fake = try FakeS3 { _, _ in .status(403, body) }

            let error = await #expect(throws: ArtifactError.self) { try await fake.read() }

            #expect(error?.description == "the object store answered 403")
        }
    }

    @Test(arguments: StoreKind.remote)
    func `uploads that a crash left are dropped, younger ones are not`(kind: StoreKind) async throws {
        let folder = try TemporaryFolder()
        let store = try await StoreUnderTest.remote(folder, isPathStyle: kind != .s3Host) {
            $0.hasChecksums = kind == .s3
        }
        let content = StoredContent(sha256: SHA256Digest.hex([1]), sizeBytes: 1)
        for path in ["ten_1/a", "ten_1/b"] {
            _ = try await store.client.send(store.requests.beginParts(of: content, at: path)) { $0.body }
        }

        // To moto, all of them were begun in 2010.
        #expect(try await store.removeUnfinished(since: Date(timeIntervalSince1970: 1_200_000_000)) == 0)
        #expect(try await store.removeUnfinished(since: Date()) == 2)
        #expect(try await store.removeUnfinished(since: Date()) == 0)
    }

    @Test func `lists of uploads are gone through page by page, and end`() async throws {
        let fake = try FakeS3 { request, number in
            guard request.method == "GET" else { return .refusal(404, "NoSuchUpload") }
            return .status(
                200,
                """
                <ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>reels/ten_1/k</NextKeyMarker>\
                <NextUploadIdMarker>u</NextUploadIdMarker><Upload><Key>reels/ten_1/k</Key><UploadId>u</UploadId>\
                <Initiated>2020-01-01T00:00:00Z</Initiated></Upload><Upload><Key>other/k</Key><UploadId>v</UploadId>\
                <Initiated>2020-01-01T00:00:00Z</Initiated></Upload><Upload><Key>reels/ten_1/y</Key>\
                <UploadId>y</UploadId><Initiated>2099-01-01T00:00:00.5Z</Initiated></Upload>\
                </ListMultipartUploadsResult>
                """
            )
        }

        #expect(try await fake.store.removeUnfinished(since: Date()) == 2)

        let lists = fake.received.filter { $0.method == "GET" }
        #expect(lists.count == 2)
        #expect(lists[1].target.contains("key-marker=reels%2Ften_1%2Fk&upload-id-marker=u"))
        #expect(fake.received.filter { $0.method == "DELETE" }.count == 2)
    }
}
