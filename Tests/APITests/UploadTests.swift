import Artifacts
import Contracts
import HTTPTypes
import Signatures
import Store
import Testing

@testable import API

@Suite struct UploadTests {
    private static let bytes = Array(#"{"version":1}"#.utf8)

    private static func headers(_ bytes: [UInt8] = bytes) -> HTTPFields {
        [.contentSha256: SHA256Digest.hex(bytes)]
    }

    @Test func `a result of a live task is kept under its name`() async throws {
        let fixture = try await APIFixture.make()
        let (task, token, runId) = try await fixture.makeTask()

        try await fixture.withClient { client in
            for name in ["media.json", "framing/clip-01.json"] {
                let answer = try await client.send(
                    .put,
                    "/v1/uploads/\(token)/\(name)",
                    key: "",
                    headers: Self.headers(),
                    bytes: Self.bytes
                )

                #expect(answer.status == 201)
                #expect(try answer.decode(UploadReceipt.self).name == name)
            }
        }
        let uploads = try await fixture.store.uploads(taskId: task.id)
        #expect(uploads.map(\.name.description) == ["framing/clip-01.json", "media.json"])
        let place = "\(fixture.tenantId)/\(runId)/transcode/1/\(SHA256Digest.hex(Self.bytes))/media.json"
        #expect(uploads.last?.location == place)
        let location = try #require(ArtifactLocation(parsing: place))
        #expect(try await fixture.artifacts.data(location, bytesMax: 100) == Self.bytes)
    }

    @Test(arguments: [
        "..%2f..%2fetc%2fpasswd", "../../x.json", "a/b/c.json", "%2e%2e/x.json", "media", ".json",
        "Media.json", "a%00.json", "-rf.json", "clip/..json",
    ])
    func `a name that is none never reaches the disk`(_ name: String) async throws {
        let fixture = try await APIFixture.make()
        let (task, token, _) = try await fixture.makeTask()

        try await fixture.withClient { client in
            let answer = try await client.send(
                .put,
                "/v1/uploads/\(token)/\(name)",
                key: "",
                headers: Self.headers(),
                bytes: Self.bytes
            )

            #expect(answer.status == 422 || answer.status == 404)
        }
        #expect(try await fixture.store.uploads(taskId: task.id).isEmpty)
    }

    @Test func `a wrong digest, an unknown token and an oversized body leave nothing`() async throws {
        let fixture = try await APIFixture.make { $0.limits.uploadJSONBytesMax = 20 }
        let (task, token, _) = try await fixture.makeTask()

        try await fixture.withClient { client in
            let path = "/v1/uploads/\(token)/media.json"
            let wrong = try await client.send(
                .put,
                path,
                key: "",
                headers: Self.headers([1]),
                bytes: Self.bytes
            )
            let none = try await client.send(.put, path, key: "", bytes: Self.bytes)
            let nobody = try await client.send(
                .put,
                "/v1/uploads/unknown/media.json",
                key: "",
                headers: Self.headers(),
                bytes: Self.bytes
            )
            let large = [UInt8](repeating: 32, count: 21)
            let oversized = try await client.send(
                .put,
                path,
                key: "",
                headers: Self.headers(large),
                bytes: large
            )

            #expect(wrong.status == 422)
            #expect(none.status == 422)
            #expect(nobody.status == 404)
            #expect(oversized.status == 413)
        }
        #expect(try await fixture.store.uploads(taskId: task.id).isEmpty)
        #expect(try fixture.incomingFiles.isEmpty)
    }

    @Test func `a second upload of a name leaves the bytes of the first one as they are`() async throws {
        let fixture = try await APIFixture.make()
        let (task, token, _) = try await fixture.makeTask()
        let others = Array(#"{"version":2}"#.utf8)

        try await fixture.withClient { client in
            var places: [ArtifactLocation] = []
            for bytes in [Self.bytes, others] {
                let answer = try await client.send(
                    .put,
                    "/v1/uploads/\(token)/media.json",
                    key: "",
                    headers: Self.headers(bytes),
                    bytes: bytes
                )
                #expect(answer.status == 201)
                let upload = try #require(try await fixture.store.uploads(taskId: task.id).first)
                #expect(upload.sha256 == SHA256Digest.hex(bytes))
                places.append(try #require(ArtifactLocation(parsing: upload.location)))
            }
            #expect(try await fixture.artifacts.data(places[0], bytesMax: 100) == Self.bytes)
            #expect(try await fixture.artifacts.data(places[1], bytesMax: 100) == others)
        }
    }

    @Test func `nothing more is taken from a task that has ended`() async throws {
        let fixture = try await APIFixture.make()
        let (_, token, runId) = try await fixture.makeTask()

        try await fixture.withClient { client in
            _ = try await client.post("/v1/runs/\(runId)/cancel", "")
            let answer = try await client.send(
                .put,
                "/v1/uploads/\(token)/media.json",
                key: "",
                headers: Self.headers(),
                bytes: Self.bytes
            )

            #expect(answer.status == 409)
        }
    }

    @Test(arguments: ["hosted", "hook", "gone"])
    func `the token in a callback's address uploads nothing for who never uploads`(
        _ provider: String
    ) async throws {
        let fixture = try await APIFixture.make()
        let (task, token, runId) = try await fixture.makeTask(provider: provider)

        try await fixture.withClient { client in
            let upload = { (token: String) in
                try await client.send(
                    .put,
                    "/v1/uploads/\(token)/transcript.json",
                    key: "",
                    headers: Self.headers(),
                    bytes: Self.bytes
                )
            }
            // Whether the task lives or has ended, it is as if nobody had the token.
            let live = try await upload(token)
            _ = try await client.post("/v1/runs/\(runId)/cancel", "")
            let ended = try await upload(token)
            let unknown = try await upload("unknown")
            for answer in [live, ended] {
                #expect(answer.status == 404)
                #expect(try answer.decode(Problem.self).slug == unknown.decode(Problem.self).slug)
            }
        }
        #expect(try await fixture.store.uploads(taskId: task.id).isEmpty)
        #expect(try fixture.incomingFiles.isEmpty)
    }
}
