import Artifacts
import Foundation
import Testing
import Threads

@testable import reelgate

/// The look whether the artifact store takes writes, for many who ask at once.
@Suite struct StorageCheckTests {
    /// A store whose probes end when they are let go; nothing else is asked of it.
    private final class ProbedStore: ArtifactStore {
        struct NotAsked: Error {}

        private let waiting = Locked<[CheckedContinuation<Void, any Error>]>([])
        private let begun = Locked(0)

        var probes: Int { begun.withLock(\.self) }

        func probe() async throws {
            begun.withLock { $0 += 1 }
            try await withCheckedThrowingContinuation { probe in waiting.withLock { $0.append(probe) } }
        }

        /// Waits until a probe is under way, and ends it.
        func end(_ result: Result<Void, any Error>) async {
            while true {
                let probe = waiting.withLock { $0.popLast() }
                if let probe { return probe.resume(with: result) }
                await Task.yield()
            }
        }

        func beginWrite(bytesMax: Int64) async throws -> any ArtifactWriter { throw NotAsked() }
        func adopt(_ file: any StagedFile, bytesMax: Int64) async throws -> any ArtifactWriter {
            throw NotAsked()
        }
        func stagingFile() async throws -> any StagedFile { throw NotAsked() }
        func size(_ location: ArtifactLocation) async throws -> Int64? { throw NotAsked() }
        func read(_ location: ArtifactLocation, range: Range<Int64>?) async throws -> ArtifactChunks {
            throw NotAsked()
        }
        func delete(_ location: ArtifactLocation) async throws { throw NotAsked() }
        func files(after: String?, limit: Int) async throws -> [StoredFile] { throw NotAsked() }
        func remove(_ location: ArtifactLocation, unlessChangedSince moment: Date) async throws -> Bool {
            throw NotAsked()
        }
        func removeUnfinished(since moment: Date) async throws -> Int { throw NotAsked() }
    }

    private struct Full: Error {}

    @Test func `all who ask at once get what one probe finds`() async throws {
        let store = ProbedStore()
        let check = StorageCheck(artifacts: store)
        let asking = (0..<8).map { _ in Task { try await check.check() } }
        while check.waitingCount < 8 { await Task.yield() }

        await store.end(.failure(Full()))

        for task in asking { await #expect(throws: Full.self) { try await task.value } }
        #expect(store.probes == 1)
    }

    @Test func `whoever goes is not waited for, and the probe goes on for the next`() async throws {
        let store = ProbedStore()
        let check = StorageCheck(artifacts: store)
        let asking = Task { try await check.check() }
        while store.probes == 0 { await Task.yield() }
        asking.cancel()
        await #expect(throws: CancellationError.self) { try await asking.value }

        let next = Task { try await check.check() }
        while check.waitingCount < 2 { await Task.yield() }
        await store.end(.success(()))

        try await next.value
        #expect(store.probes == 1)
    }

    @Test func `what is well is believed for a while, a failure is not`() async throws {
        let store = ProbedStore()
        let check = StorageCheck(artifacts: store)
        for result in [.failure(Full()), .success(())] as [Result<Void, any Error>] {
            let asking = Task { try await check.check() }
            await store.end(result)
            _ = await asking.result
        }

        try await check.check()

        #expect(store.probes == 2)
    }
}
