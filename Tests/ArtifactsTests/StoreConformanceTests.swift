import Contracts
import Foundation
import Signatures
import Testing

@testable import Artifacts

/// What every store must do.
@Suite struct StoreConformanceTests {
    @Test(arguments: StoreKind.allCases)
    func `what was written is read back, with its digest and size`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let bytes = [UInt8]("a reel of film".utf8)

        let content = try await tested.store.write(bytes, to: location())

        #expect(content == StoredContent(sha256: SHA256Digest.hex(bytes), sizeBytes: 14))
        #expect(try await tested.store.data(location(), bytesMax: 14) == bytes)
        #expect(try await tested.store.size(location()) == 14)
        #expect(try tested.staged().isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func `nothing is seen at the location before it is published`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let writer = try await tested.store.beginWrite(bytesMax: 100)
        try await writer.append([1, 2, 3])
        let isSeenEarly = try await tested.store.exists(location())
        let sealed = try await writer.seal()

        let published = try await writer.publish(to: location())

        #expect(!isSeenEarly)
        #expect(sealed == published)
        #expect(try await tested.store.exists(location()))
        await #expect(throws: ArtifactError.self) { try await writer.append([4]) }
    }

    @Test(arguments: StoreKind.allCases)
    func `a discarded file leaves nothing behind`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let writer = try await tested.store.beginWrite(bytesMax: 100)
        try await writer.append([1])
        #expect(try tested.staged().count == 1)

        await writer.discard()

        #expect(try tested.staged().isEmpty)
        await #expect(throws: ArtifactError.self) { try await writer.publish(to: location()) }
        #expect(try await !tested.store.exists(location()))
    }

    @Test(arguments: StoreKind.allCases)
    func `a writer that nobody finishes leaves nothing behind`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        do {
            let writer = try await tested.store.beginWrite(bytesMax: 100)
            try await writer.append([1])
        }

        #expect(try tested.staged().isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func `content beyond the limit is refused, content at it is taken`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let fitting = try await tested.store.beginWrite(bytesMax: 4)
        try await fitting.append([1, 2, 3, 4])
        let writer = try await tested.store.beginWrite(bytesMax: 4)
        try await writer.append([1, 2, 3, 4])

        await #expect(throws: ArtifactError.self) { try await writer.append([5]) }
        await #expect(throws: ArtifactError.self) { try await writer.publish(to: location()) }
        #expect(try await !tested.store.exists(location()))
        #expect(try await fitting.publish(to: location()).sizeBytes == 4)
    }

    @Test(arguments: StoreKind.allCases)
    func `an empty file is a file`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)

        let content = try await tested.store.write([], to: location())

        #expect(content == StoredContent(sha256: SHA256Digest.hex([]), sizeBytes: 0))
        #expect(try await tested.store.size(location()) == 0)
        #expect(try await tested.store.data(location(), bytesMax: 0) == [])
        #expect(try await tested.read(0..<0) == [])
        let beyond = await #expect(throws: ArtifactError.self) { try await tested.read(0..<1) }
        #expect(beyond?.code == .rangeOutside)
    }

    @Test(arguments: StoreKind.allCases)
    func `a large file comes back whole and in ranges`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        // On S3 in three parts, the last of which is small.
        let size = (10 << 20) + 5
        let bytes = pattern(size)

        let content = try await tested.store.write(bytes, to: location())

        #expect(content == StoredContent(sha256: SHA256Digest.hex(bytes), sizeBytes: Int64(size)))
        #expect(try await tested.store.size(location()) == Int64(size))
        for range in [0..<1, 99_999..<100_001, (5 << 20) - 1..<(5 << 20) + 1, size - 3..<size, 0..<size] {
            let read = try await tested.read(Int64(range.lowerBound)..<Int64(range.upperBound))
            #expect(read == Array(bytes[range]), "\(range)")
        }
        #expect(try await tested.read(nil) == bytes)
        try await tested.store.verify(location(), sha256: content.sha256, sizeBytes: Int64(size))
    }

    @Test(arguments: StoreKind.allCases)
    func `pieces are small however large the file`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        try await tested.store.write(pattern(700_001), to: location())

        var sizes: [Int] = []
        for try await piece in try await tested.store.read(location(), range: nil) {
            sizes.append(piece.count)
        }

        #expect(sizes.reduce(0, +) == 700_001)
        #expect(sizes.allSatisfy { (1...(256 << 10)).contains($0) })
    }

    @Test(arguments: StoreKind.allCases)
    func `what is written again takes the place of what was there`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        try await tested.store.write(pattern(2 << 20), to: location())

        try await tested.store.write([7, 7], to: location())

        #expect(try await tested.read(nil) == [7, 7])
        #expect(try await tested.store.files(after: nil, limit: 10).count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `of two writers at once one wins, with all of its bytes`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let candidates = [pattern(1_500_000, seed: 3), pattern(1_500_001, seed: 5)]

        try await withThrowingTaskGroup(of: Void.self) { group in
            for bytes in candidates {
                group.addTask { try await tested.store.write(bytes, to: location()) }
            }
            try await group.waitForAll()
        }

        #expect(candidates.contains(try await tested.read(nil)))
    }

    @Test(arguments: StoreKind.allCases)
    func `a missing file and a range beyond the end are told apart`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        try await tested.store.write([1, 2, 3], to: location())
        let missing = try location("ten_1/run_1/plan/2/plan.json")

        for range: Range<Int64>? in [nil, 0..<1, 0..<0] {
            let error = await #expect(throws: ArtifactError.self) {
                try await tested.store.read(missing, range: range)
            }
            #expect(error?.code == .notFound)
        }
        for range: Range<Int64> in [1..<4, 3..<4, 9..<12, 4..<4] {
            let error = await #expect(throws: ArtifactError.self) { try await tested.read(range) }
            #expect(error?.code == .rangeOutside, "\(range)")
        }
        #expect(try await tested.store.size(missing) == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func `deleting twice is no error`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        try await tested.store.write([1], to: location())

        try await tested.store.delete(location())
        try await tested.store.delete(location())

        #expect(try await !tested.store.exists(location()))
    }

    @Test(arguments: StoreKind.allCases)
    func `a downloaded file is taken in with its digest`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let file = try await tested.store.stagingFile()
        let bytes = pattern(LocalArtifactStore.chunkBytes + 1)
        try Data(bytes).write(to: URL(filePath: file.path))

        let writer = try await tested.store.adopt(file, bytesMax: Int64(bytes.count))
        let content = try await writer.publish(to: location())

        #expect(content == StoredContent(sha256: SHA256Digest.hex(bytes), sizeBytes: Int64(bytes.count)))
        #expect(try await tested.store.data(location(), bytesMax: bytes.count) == bytes)
        let tooLarge = await #expect(throws: ArtifactError.self) {
            let file = try await tested.store.stagingFile()
            try Data(bytes).write(to: URL(filePath: file.path))
            _ = try await tested.store.adopt(file, bytesMax: Int64(bytes.count) - 1)
        }
        #expect(tooLarge?.code == .tooLarge)
    }

    @Test(arguments: StoreKind.allCases)
    func `a probe passes and leaves nothing behind`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)

        try await tested.store.probe()

        #expect(try tested.staged().isEmpty)
        #expect(try await tested.store.files(after: nil, limit: 10).isEmpty)
    }
}

extension StoreUnderTest {
    func read(_ range: Range<Int64>?) async throws -> [UInt8] {
        var read: [UInt8] = []
        for try await piece in try await store.read(location(), range: range) { read += piece }
        return read
    }
}
