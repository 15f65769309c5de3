import LoopbackSupport
import Testing

@testable import Artifacts

/// The look whether a bucket takes writes.
@Suite struct S3ProbeTests {
    private static let bytes = [UInt8]("reelgate".utf8)

    private func answer(_ request: LoopbackRequest) -> FakeS3.Answer {
        switch request.method {
        case "PUT": .status(200)
        case "GET": .piece(Self.bytes, range: "0-7/8")
        default: .status(204)
        }
    }

    @Test func `all probes are of one object, so that what one leaves is removed by the next`() async throws {
        let fake = try FakeS3 { request, number in
            request.method == "DELETE" && number == 3 ? .refusal(403, "AccessDenied") : answer(request)
        }

        await #expect(throws: ArtifactError.self) { try await fake.store.probe() }
        try await fake.store.probe()

        #expect(fake.received.map(\.method) == ["PUT", "GET", "DELETE", "PUT", "GET", "DELETE"])
        #expect(Set(fake.received.map(\.target)) == ["/films/reels/.probe/file"])
        #expect(try fake.staged().isEmpty)
    }

    @Test func `a probe that another gateway removes meanwhile is written again`() async throws {
        let fake = try FakeS3 { request, number in
            number == 2 ? .refusal(404, "NoSuchKey") : answer(request)
        }

        try await fake.store.probe()

        #expect(fake.received.map(\.method) == ["PUT", "GET", "PUT", "GET", "DELETE"])
    }

    @Test func `a store that does not keep what it takes, or gives back other bytes, fails`() async throws {
        let forgetful = try FakeS3 { request, _ in
            request.method == "GET" ? .refusal(404, "NoSuchKey") : answer(request)
        }
        let other = try FakeS3 { request, _ in
            request.method == "GET" ? .piece([1, 2, 3, 4, 5, 6, 7, 8], range: "0-7/8") : answer(request)
        }

        for (fake, count) in [(forgetful, 6), (other, 2)] {
            let error = await #expect(throws: ArtifactError.self) { try await fake.store.probe() }
            #expect(error?.code == .ioFailed)
            #expect(fake.received.count == count)
        }
    }
}
