import Artifacts
import Contracts
import Foundation
import Testing

@Suite struct StoreSweepTests {
    private static let paths = [
        "ten_a/run_1/plan/1/plan.json", "ten_a/run_1/plan/10/plan.json", "ten_a/run_2/x.json",
    ]

    private func filled(_ folder: TemporaryFolder) async throws -> LocalArtifactStore {
        let store = try LocalArtifactStore(root: folder.path)
        for path in Self.paths + ["ten_b/assets/y"] {
            let location = try #require(ArtifactLocation(parsing: path))
            try await store.write(Array("{}".utf8), to: location)
        }
        _ = try await store.stagingFile()
        return store
    }

    @Test func `files are walked in order, in parts that go on where the last one ended`() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)

        var walked: [String] = []
        var mark: String?
        repeat {
            let files = try await store.files(after: mark, limit: 1)
            walked += files.map(\.location.path)
            mark = files.last?.location.path
        } while mark != nil

        #expect(walked == Self.paths + ["ten_b/assets/y"])
        #expect(try await store.files(after: nil, limit: 100).map(\.location.path) == walked)
        // The file at the mark may be gone by the time that the walk goes on.
        #expect(
            try await store.files(after: "ten_a/run_1/plan/5/gone", limit: 1).map(\.location.path) == [
                Self.paths[2]
            ]
        )
    }

    @Test func `a file is removed only when nobody wrote it since`() async throws {
        let folder = try TemporaryFolder()
        let store = try await filled(folder)
        let location = try #require(ArtifactLocation(parsing: Self.paths[0]))

        #expect(try await !store.remove(location, unlessChangedSince: Date().addingTimeInterval(-60)))
        #expect(try await store.exists(location))
        #expect(try await store.remove(location, unlessChangedSince: Date().addingTimeInterval(60)))
        #expect(try await !store.exists(location))
        #expect(try await !store.remove(location, unlessChangedSince: Date().addingTimeInterval(60)))
    }
}
