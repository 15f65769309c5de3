import Foundation
import OutboundHTTP
import Signatures
import Testing

@testable import Artifacts

/// What is decided without any store.
@Suite struct S3PlaceTests {
    @Test func `the bucket is in the path or in front of the host`() throws {
        let inPath = try #require(
            S3Place(bucket: "films", prefix: "a/b", endpoint: "http://127.0.0.1:9000/", isPathStyle: true)
        )
        let inHost = try #require(
            S3Place(
                bucket: "films",
                endpoint: S3Place.amazonEndpoint(region: "eu-west-1"),
                isPathStyle: false
            )
        )

        #expect(inPath.request("GET", key: inPath.key("t/x")).url == "http://127.0.0.1:9000/films/a/b/t/x")
        #expect(inPath.request("GET").url == "http://127.0.0.1:9000/films")
        #expect(
            inHost.request("GET", key: inHost.key("t/x"), query: [("a", "b c")]).url
                == "https://films.s3.eu-west-1.amazonaws.com/t/x?a=b%20c"
        )
        #expect(inHost.request("GET").url == "https://films.s3.eu-west-1.amazonaws.com/")
        #expect(S3Place.amazonEndpoint(region: "cn-north-1") == "https://s3.cn-north-1.amazonaws.com.cn")
    }

    @Test(arguments: [
        ("https://s3.example.com:443", "s3.example.com"), ("http://s3.example.com:80", "s3.example.com"),
        ("HTTP://S3.Example.com:443", "s3.example.com:443"), ("http://[::1]:9000", "[::1]:9000"),
    ])
    func `a host is signed as it is sent`(endpoint: String, host: String) throws {
        let place = try #require(S3Place(bucket: "films", endpoint: endpoint, isPathStyle: true))

        #expect(place.request("GET").host == host)
    }

    @Test(arguments: [
        "", "s3.example.com", "ftp://s3.example.com", "http://", "http://user@host", "http://host/path",
        "http://host?x", "http://host#x", "http://ho st",
    ])
    func `an endpoint is a scheme and a host`(endpoint: String) {
        #expect(S3Place(bucket: "films", endpoint: endpoint, isPathStyle: true) == nil)
    }

    @Test(arguments: [
        "", "ab", "Films", "a/b", "a..b", ".ab", "-ab", "films?", String(repeating: "a", count: 64),
    ])
    func `a bucket has a bucket's name`(bucket: String) {
        #expect(S3Place(bucket: bucket, endpoint: "http://host", isPathStyle: true) == nil)
    }

    @Test(arguments: ["/a", "a/", "a//b", "a/../b", "a b", ".a", String(repeating: "a/", count: 128) + "a"])
    func `a prefix is a path of plain parts`(prefix: String) {
        #expect(S3Place(bucket: "films", prefix: prefix, endpoint: "http://host", isPathStyle: true) == nil)
    }

    @Test func `keys below the prefix are ours, others are not`() throws {
        let place = try #require(
            S3Place(bucket: "films", prefix: "a", endpoint: "http://host", isPathStyle: true)
        )

        #expect(place.path(ofKey: place.key("t/x")) == "t/x")
        for key in ["ab/t/x", "a", "t/x", ""] { #expect(place.path(ofKey: key) == nil) }
        #expect(place.description == "s3://films/a")
    }

    @Test func `ten thousand parts are enough for any size`() {
        let mebibyte: Int64 = 1 << 20
        #expect(S3Upload.partBytes(size: 20 << 30, least: 16 * mebibyte) == 16 * mebibyte)
        #expect(S3Upload.partBytes(size: 10_000 * 16 * mebibyte, least: 16 * mebibyte) == 16 * mebibyte)
        #expect(S3Upload.partBytes(size: 10_000 * 16 * mebibyte + 1, least: 16 * mebibyte) == 17 * mebibyte)
        for size in [1, 5 * mebibyte, 5 << 40] {
            let part = S3Upload.partBytes(size: size, least: 16 * mebibyte)
            let ranges = S3Upload.ranges(size: size, partBytes: part)
            #expect(ranges.count <= 10_000)
            #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == size)
            #expect(ranges.dropLast().allSatisfy { $0.upperBound - $0.lowerBound == part })
        }
    }

    @Test func `pauses double up to their limit, and end`() {
        func retry(_ chance: Double) -> S3Retry { S3Retry(S3Limits()) { chance } }

        #expect(
            (1...5).map { retry(0).pause(after: $0) } == [
                .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), nil,
            ]
        )
        var limits = S3Limits()
        limits.attemptsMax = 100
        #expect(S3Retry(limits) { 0.999 }.pause(after: 60) == .milliseconds(4_997))
    }

    @Test(arguments: [
        (S3Configuration.Encryption.bucket, [nil, nil]), (.aes256, ["AES256", nil]),
        (.kms(keyId: nil), ["aws:kms", nil]),
        (.kms(keyId: "key-1"), ["aws:kms", "key-1"]),
    ])
    func `encryption is asked for where an object begins`(
        encryption: S3Configuration.Encryption,
        expected: [String?]
    ) throws {
        let place = try #require(S3Place(bucket: "films", endpoint: "http://host", isPathStyle: true))
        var configuration = S3Configuration(
            place: place,
            region: "r",
            credentials: AWSCredentials(accessKeyId: "a", secretAccessKey: "b")
        )
        configuration.encryption = encryption
        let requests = S3Requests(configuration: configuration)
        let content = StoredContent(sha256: SHA256Digest.hex([]), sizeBytes: 0)

        for request in [
            requests.put("/f", content: content, to: "t/x"), requests.beginParts(of: content, at: "t/x"),
        ] {
            let names = ["x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"]
            #expect(names.map { name in request.aws.headers.first { $0.name == name }?.value } == expected)
        }
    }
}
