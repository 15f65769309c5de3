import Foundation
import Testing

@testable import Artifacts

/// What only a store in a folder does.
@Suite struct LocalArtifactStoreTests {
    private let folder: TemporaryFolder
    private let store: LocalArtifactStore

    init() throws {
        folder = try TemporaryFolder()
        store = try LocalArtifactStore(root: folder.path)
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

    @Test func `a running store drops old leftovers too`() async throws {
        let leftover = "\(folder.path)/.incoming/leftover"
        try Data([1]).write(to: URL(filePath: leftover))
        let writer = try await store.beginWrite(bytesMax: 10)
        let moment = Date().addingTimeInterval(-3_600)

        #expect(try await store.removeUnfinished(since: moment) == 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/.incoming") {
            try FileManager.default.setAttributes(
                [.modificationDate: moment.addingTimeInterval(-1)],
                ofItemAtPath: "\(folder.path)/.incoming/\(name)"
            )
        }
        #expect(try await store.removeUnfinished(since: moment) == 1)

        #expect(!FileManager.default.fileExists(atPath: leftover))
        try await writer.publish(to: location())
    }

    @Test func `there is no link past the gateway`() throws {
        let form = LinkedForm(mediaType: "video/mp4", disposition: "inline")

        #expect(store.link(to: try location(), as: form) == nil)
    }
}
