import Contracts
import Foundation
import Testing

@testable import MediaWorker

@Suite struct StyleFileCheckTests {
    private func fault(_ kind: StyleAsset.Kind, _ bytes: Data) throws -> String? {
        let file = FileManager.default.temporaryDirectory.appending(path: "file-\(UUID().uuidString)")
        try bytes.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return StyleFileCheck.fault(kind, path: file.path(percentEncoded: false))
    }

    @Test func `a picture that decodes and sound that is heard are what a style takes`() throws {
        #expect(try fault(.picture, SampleMedia.png()) == nil)
        #expect(try fault(.sound, SampleMedia.darkVideo(seconds: 1)) == nil)
    }

    @Test func `a file of another kind, or a damaged one, is told`() throws {
        #expect(try fault(.sound, SampleMedia.png()) != nil)
        #expect(try fault(.sound, SampleMedia.silentVideo()) == "the file has no sound")
        #expect(try fault(.picture, SampleMedia.darkVideo(seconds: 1)) != nil)
        #expect(try fault(.picture, SampleMedia.png().prefix(60)) != nil)
        #expect(try fault(.sound, Data("no sound".utf8)) != nil)
        #expect(try fault(.picture, Data()) != nil)
    }
}
