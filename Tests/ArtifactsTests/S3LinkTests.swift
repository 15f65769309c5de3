import Foundation
import OutboundHTTP
import Signatures
import Testing
import Threads

@testable import Artifacts

/// Links that work without a key, against a server that checks them.
@Suite struct S3LinkTests {
    private let form = LinkedForm(mediaType: "video/mp4", disposition: "inline; filename=\"clip one.mp4\"")
    private let http = HTTPClient(policy: .allowPrivateNetworks)

    @Test func `a link gives the file, with its type and name, and parts of it`() async throws {
        let folder = try TemporaryFolder()
        let store = try await StoreUnderTest.remote(folder) { $0.linkSeconds = 60 }
        let bytes = pattern(1_000)
        try await store.write(bytes, to: location())
        let url = try #require(store.link(to: try location(), as: form))

        let whole = try await http.send(HTTPRequest(url: url))
        let part = try await http.send(HTTPRequest(url: url, headers: [("range", "bytes=10-19")]))

        #expect(whole.status == 200)
        #expect(whole.body == bytes)
        #expect(whole.header("content-type") == "video/mp4")
        #expect(whole.header("content-disposition") == form.disposition)
        #expect(part.status == 206)
        #expect(part.body == Array(bytes[10..<20]))
    }

    @Test func `a link that is over, changed or for another file gives nothing`() async throws {
        let folder = try TemporaryFolder()
        var configuration: S3Configuration?
        let store = try await StoreUnderTest.remote(folder) {
            $0.linkSeconds = 60
            configuration = $0
        }
        try await store.write([1], to: location())
        let earlier = Date().addingTimeInterval(-61)
        let past = try S3ArtifactStore(
            try #require(configuration),
            spoolFolder: folder.path,
            now: { earlier }
        )
        let good = try #require(store.link(to: try location(), as: form))

        let urls = [
            try #require(past.link(to: try location(), as: form)),
            good.replacing("X-Amz-Expires=60", with: "X-Amz-Expires=600"),
            good.replacing("plan.json", with: "other.json"),
            good.replacing("video%2Fmp4", with: "text%2Fhtml"),
            String(good.prefix { $0 != "?" }),
        ]
        for url in urls { #expect(try await http.send(HTTPRequest(url: url)).status == 403, "\(url)") }
        #expect(try await http.send(HTTPRequest(url: good)).status == 200)
    }

    @Test func `there is no link where none is wanted`() async throws {
        let folder = try TemporaryFolder()
        let store = try await StoreUnderTest.remote(folder)

        #expect(store.link(to: try location(), as: form) == nil)
    }

    @Test func `a link leads to where clients reach the store`() async throws {
        let folder = try TemporaryFolder()
        let place = S3Place(
            bucket: "films",
            prefix: "reels",
            endpoint: "https://media.example.com",
            isPathStyle: false
        )
        let store = try await StoreUnderTest.remote(folder) {
            $0.linkSeconds = 60
            $0.linkPlace = place
        }

        let url = try #require(store.link(to: try location(), as: form))

        #expect(url.hasPrefix("https://films.media.example.com/reels/ten_1/run_1/plan/1/plan.json?"))
    }

    @Test func `keys that were lent sign with their token`() async throws {
        let server = try S3Server(token: "lent/+token==")
        let place = try #require(S3Place(bucket: "films", endpoint: server.endpoint, isPathStyle: true))
        func store(token: String?, _ folder: TemporaryFolder) throws -> S3ArtifactStore {
            var configuration = S3Configuration(
                place: place,
                region: "eu-central-1",
                credentials: AWSCredentials(
                    accessKeyId: S3Server.accessKey,
                    secretAccessKey: S3Server.secretKey,
                    sessionToken: token
                )
            )
            configuration.linkSeconds = 60
            return try S3ArtifactStore(configuration, spoolFolder: folder.path)
        }
        let folder = try TemporaryFolder()
        let lent = try store(token: "lent/+token==", folder)
        let body = Array(
            "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>"
                .utf8
        )
        let bucket = S3Request(
            aws: place.request("PUT", payload: .bytes(body)),
            body: .bytes(body),
            timeouts: .exchange
        )
        try await lent.client.send(bucket) { _ in }

        try await lent.probe()
        try await lent.write([1, 2], to: location())

        let url = try #require(lent.link(to: try location(), as: form))
        #expect(try await http.send(HTTPRequest(url: url)).body == [1, 2])
        let error = await #expect(throws: ArtifactError.self) {
            try await store(token: nil, folder).size(location())
        }
        #expect(error?.code == .ioFailed)
    }

    @Test func `a wrong secret is refused by the server of the tests`() async throws {
        let folder = try TemporaryFolder()
        let store = try await StoreUnderTest.remote(folder) {
            $0.credentials = AWSCredentials(accessKeyId: S3Server.accessKey, secretAccessKey: "guess")
        }

        let error = await #expect(throws: ArtifactError.self) { try await store.probe() }

        #expect(error?.description.contains("SignatureDoesNotMatch") == true)
    }
}
