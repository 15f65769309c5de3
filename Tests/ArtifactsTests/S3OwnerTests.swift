import Foundation
import LoopbackSupport
import Signatures
import Testing
import Threads

@testable import Artifacts

/// Whose prefix of a bucket it is.
@Suite struct S3OwnerTests {
    private static let owner = "0b9c2f6e-57a3-4f5e-9a41-0d8e7f6c5b4a"
    private static let other = "f3b1c0de-1111-4222-8333-444455556666"

    @Test(arguments: StoreKind.remote)
    func `the first database has the prefix, and all of its gateways start`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)

        for _ in 0..<3 { try await tested.store.claim(owner: Self.owner) }
        let error = await #expect(throws: ArtifactError.self) {
            try await tested.store.claim(owner: Self.other)
        }

        #expect(error?.code == .foreign && error?.isRetryable == false)
        for word in [Self.owner, Self.other, "s3://films/tests/", "/.owner'", "prefix of its own"] {
            #expect(error?.description.contains(word) == true, "\(word)")
        }
        #expect(try await tested.store.files(after: nil, limit: 10).isEmpty)
    }

    @Test func `of many databases at once one has the prefix`() async throws {
        let fake = try fake()

        let owners = await withTaskGroup(of: String?.self) { group in
            for number in 0..<8 {
                group.addTask {
                    do {
                        try await fake.store.claim(owner: "db-\(number)")
                        return "db-\(number)"
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: []) { owners, owner in if let owner { owners.append(owner) } }
        }

        #expect(owners.count == 1)
    }

    @Test func `a folder is nobody's`() async throws {
        let tested = try await StoreUnderTest(.local)

        try await tested.store.claim(owner: Self.owner)
        try await tested.store.claim(owner: Self.other)
    }

    /// A store with one object, which knows conditions or not, and may lose its answer to the first write.
    private func fake(refusal: Int? = nil, losesAnswer: Bool = false) throws -> FakeS3 {
        let object = Locked<[UInt8]?>(nil)
        let writes = Locked(0)
        return try FakeS3 { request, _ in
            object.withLock { object in
                guard request.method == "PUT" else {
                    guard let object else { return .refusal(404, "NoSuchKey") }
                    return .answer(LoopbackAnswer(200, bytes: object))
                }
                let isFirst = writes.withLock { writes in
                    writes += 1
                    return writes == 1
                }
                if request.header("if-none-match") == "*" {
                    if let refusal { return .refusal(refusal, "NotImplemented") }
                    if object != nil { return .refusal(412, "PreconditionFailed") }
                }
                object = request.body
                return losesAnswer && isFirst ? .status(500) : .status(200)
            }
        }
    }

    @Test func `a lost answer to the mark is no matter`() async throws {
        let fake = try fake(losesAnswer: true)

        try await fake.store.claim(owner: Self.owner)

        #expect(fake.received.map(\.method) == ["GET", "PUT", "PUT", "GET"])
        #expect(fake.received.allSatisfy { $0.target == "/films/reels/.owner" })
    }

    @Test func `a store that knows no conditions has a mark too`() async throws {
        let fake = try fake(refusal: 501)

        try await fake.store.claim(owner: Self.owner)
        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.claim(owner: Self.other)
        }

        #expect(error?.code == .foreign)
        #expect(fake.received.map { $0.header("if-none-match") } == [nil, "*", nil, nil, nil])
    }

    @Test func `a store that forgets the mark, or does not show it, is not used`() async throws {
        let forgetful = try FakeS3 { request, _ in
            request.method == "PUT" ? .status(200) : .refusal(404, "NoSuchKey")
        }
        let closed = try FakeS3 { _, _ in .refusal(403, "AccessDenied") }

        for fake in [forgetful, closed] {
            let error = await #expect(throws: ArtifactError.self) {
                try await fake.store.claim(owner: Self.owner)
            }
            #expect(error?.code == .ioFailed)
        }
        #expect(forgetful.received.count == 6)
    }

    @Test(arguments: ["", "a b\u{1B}[31m", String(repeating: "a", count: 65)])
    func `what is no id is another's, and is not repeated`(mark: String) async throws {
        let fake = try FakeS3 { _, _ in .answer(LoopbackAnswer(200, body: mark)) }

        let error = await #expect(throws: ArtifactError.self) {
            try await fake.store.claim(owner: Self.owner)
        }

        #expect(error?.code == .foreign && error?.description.contains("belongs to another,") == true)
    }
}
