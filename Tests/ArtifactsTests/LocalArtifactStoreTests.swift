import Contracts
import Foundation
import Signatures
import Testing

@testable import Artifacts

@Suite struct LocalArtifactStoreTests {
    private let folder: TemporaryFolder
    private let store: LocalArtifactStore

    init() throws {
        folder = try TemporaryFolder()
        store = try LocalArtifactStore(root: folder.path)
    }

    private func location(_ path: String = "ten_1/run_1/plan/1/plan.json") throws -> ArtifactLocation {
        try #require(ArtifactLocation(parsing: path))
    }

    private func incoming() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/.incoming")
    }

    @Test func `what was written is read back, with its digest and size`() async throws {
        let bytes = [UInt8]("a reel of film".utf8)

        let content = try await store.write(bytes, to: location())

        #expect(content == StoredContent(sha256: SHA256Digest.hex(bytes), sizeBytes: 14))
        #expect(try await store.data(location(), bytesMax: 14) == bytes)
        #expect(try await store.size(location()) == 14)
        #expect(try incoming().isEmpty)
    }

    @Test func `nothing is seen at the location before it is published`() async throws {
        let writer = try await store.beginWrite(bytesMax: 100)
        try await writer.append([1, 2, 3])
        let isSeenEarly = try await store.exists(location())
        let sealed = try await writer.seal()

        let published = try await writer.publish(to: location())

        #expect(!isSeenEarly)
        #expect(sealed == published)
        #expect(try await store.exists(location()))
    }

    @Test func `a discarded file leaves nothing behind`() async throws {
        let writer = try await store.beginWrite(bytesMax: 100)
        try await writer.append([1])
        #expect(try incoming().count == 1)

        await writer.discard()

        #expect(try incoming().isEmpty)
        await #expect(throws: ArtifactError.self) { try await writer.publish(to: location()) }
    }

    @Test func `a writer that nobody finishes leaves nothing behind`() async throws {
        do {
            let writer = try await store.beginWrite(bytesMax: 100)
            try await writer.append([1])
        }

        #expect(try incoming().isEmpty)
    }

    @Test func `content beyond the limit is refused, content at it is taken`() async throws {
        let writer = try await store.beginWrite(bytesMax: 4)
        try await writer.append([1, 2, 3, 4])

        await #expect(throws: ArtifactError.self) { try await writer.append([5]) }
        await #expect(throws: ArtifactError.self) { try await writer.publish(to: location()) }
        #expect(try await !store.exists(location()))
    }

    @Test func `ranges of a large file come in pieces`() async throws {
        let size = LocalArtifactStore.chunkBytes * 2 + 5
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await store.write(bytes, to: location())

        var pieces = 0
        var read: [UInt8] = []
        for try await piece in try await store.read(location(), range: nil) {
            pieces += 1
            read += piece
        }
        var tail: [UInt8] = []
        for try await piece in try await store.read(location(), range: Int64(size - 3)..<Int64(size)) {
            tail += piece
        }

        #expect(pieces == 3)
        #expect(read == bytes)
        #expect(tail == Array(bytes.suffix(3)))
    }

    @Test func `a missing file and a range beyond the end are told apart`() async throws {
        try await store.write([1, 2, 3], to: location())
        let missing = try location("ten_1/run_1/plan/2/plan.json")

        let noFile = await #expect(throws: ArtifactError.self) { try await store.read(missing, range: nil) }
        let noRange = await #expect(throws: ArtifactError.self) {
            try await store.read(location(), range: 1..<4)
        }

        #expect(noFile?.code == .notFound)
        #expect(noRange?.code == .rangeOutside)
        #expect(try await store.size(missing) == nil)
    }

    @Test func `JSON is read back only as what was recorded`() async throws {
        let pin = StylePin(package: "default", version: 1, digest: "d")
        let content = try await store.write(json: pin, to: location())

        let read = try await store.readJSON(StylePin.self, from: location(), sha256: content.sha256)

        #expect(read == pin)
        let tampered = await #expect(throws: ArtifactError.self) {
            try await store.readJSON(StylePin.self, from: location(), sha256: SHA256Digest.hex([1]))
        }
        #expect(tampered?.code == .digestMismatch)
        let malformed = await #expect(throws: ArtifactError.self) {
            try await store.readJSON(Plan.self, from: location())
        }
        #expect(malformed?.code == .malformed)
        let long = await #expect(throws: ArtifactError.self) {
            try await store.readJSON(StylePin.self, from: location(), bytesMax: 10)
        }
        #expect(long?.code == .tooLarge)
    }

    @Test func `a file verifies only with all of its recorded bytes`() async throws {
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let content = try await store.write(bytes, to: location())
        func verify(_ place: ArtifactLocation, sizeBytes: Int64) async throws {
            try await store.verify(place, sha256: content.sha256, sizeBytes: sizeBytes)
        }

        try await verify(location(), sizeBytes: 600_000)
        let short = await #expect(throws: ArtifactError.self) {
            try await verify(location(), sizeBytes: 599_999)
        }
        #expect(short?.code == .digestMismatch)
        var changed = bytes
        changed[599_999] ^= 1
        try await store.write(changed, to: location())
        let spoilt = await #expect(throws: ArtifactError.self) {
            try await verify(location(), sizeBytes: 600_000)
        }
        #expect(spoilt?.code == .digestMismatch)
        let missing = await #expect(throws: ArtifactError.self) {
            try await verify(location("ten_1/run_1/plan/2/plan.json"), sizeBytes: 600_000)
        }
        #expect(missing?.code == .notFound)
    }

    @Test func `a downloaded file is taken in with its digest`() async throws {
        let file = try await store.stagingFile()
        let bytes = [UInt8](repeating: 7, count: LocalArtifactStore.chunkBytes + 1)
        try Data(bytes).write(to: URL(filePath: file.path))

        let content = try await store.adopt(file, bytesMax: Int64(bytes.count)).publish(to: location())

        #expect(content == StoredContent(sha256: SHA256Digest.hex(bytes), sizeBytes: Int64(bytes.count)))
        #expect(try await store.data(location(), bytesMax: bytes.count) == bytes)
    }

    @Test func `leftovers of a crash are swept, files in use are not`() async throws {
        let leftover = "\(folder.path)/.incoming/leftover"
        try Data([1]).write(to: URL(filePath: leftover))
        let writer = try await store.beginWrite(bytesMax: 10)

        _ = try LocalArtifactStore(root: folder.path, leftoverSecondsMin: 0)

        #expect(!FileManager.default.fileExists(atPath: leftover))
        try await writer.append([1])
        try await writer.publish(to: location())
        #expect(try await store.exists(location()))
    }

    @Test func `deleting twice is no error`() async throws {
        try await store.write([1], to: location())

        try await store.delete(location())
        try await store.delete(location())

        #expect(try await !store.exists(location()))
    }
}
