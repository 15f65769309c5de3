import Foundation
import Logging
import Testing

@testable import Speech

/// Pieces of recordings on disk.
@Suite struct PieceStoreTests {
    private let folder: ScratchFolder
    private let recording = String(repeating: "ab", count: 32)

    init() throws { folder = try ScratchFolder() }

    private func answer(_ text: String) throws -> EngineAnswer {
        let line = """
            {"id": 7, "language": "en", "language_probability": 0.9, "words": [["\(text)", 0.1, 0.5, 0.75]],
             "voices": [[0.2, "AQID"]]}
            """
        return try JSONDecoder().decode(EngineAnswer.self, from: Data(line.utf8))
    }

    private func store(_ recording: String? = nil, model: String = "embedded/base") throws -> PieceStore {
        try #require(
            PieceStore(directory: folder.path, recording: recording ?? self.recording, model: model)
        )
    }

    @Test func `what was answered to a piece is there for the same piece, language and model alone`() throws {
        try store().keep(answer("grace"), to: 0..<9_000, language: "en")
        let kept = try #require(try store().answer(to: 0..<9_000, language: "en"))
        #expect(kept.words?.map(\.text) == ["grace"] && kept.words?.first?.probability == 0.75)
        #expect(kept.voices?.first?.vector == [1, 2, 3] && kept.language == "en")
        #expect(try store().answer(to: 0..<9_001, language: "en") == nil)
        #expect(try store().answer(to: 0..<9_000, language: nil) == nil)
        #expect(try store(model: "embedded/other").answer(to: 0..<9_000, language: "en") == nil)
        PieceStore.forget(recording, in: folder.path)
        #expect(try store().answer(to: 0..<9_000, language: "en") == nil)
    }

    @Test func `a file that is no answer is as if there were none`() throws {
        let store = try store()
        store.keep(try answer("grace"), to: 0..<1, language: nil)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let file = try #require(files.first { $0.hasSuffix(".json") })
        try Data("{\"words\": [[1]]}".utf8).write(to: folder.url.appending(path: file))
        #expect(store.answer(to: 0..<1, language: nil) == nil)
    }

    @Test func `only the newest eight recordings stay, and none with a name that leads elsewhere`() throws {
        for number in 0..<12 {
            let name = String(repeating: "\(number % 10)", count: 60 + number / 10)
            try store(name).keep(answer("\(number)"), to: 0..<1, language: nil)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: Double(number) - 100)],
                ofItemAtPath: folder.path + "/\(name)"
            )
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 8)
        for name in ["", "..", "a/b", "xyz", String(repeating: "a", count: 129)] {
            #expect(PieceStore(directory: folder.path, recording: name, model: "m") == nil)
        }
    }

    @Test func `a recording that was cut off goes on with the pieces that are left`() async throws {
        var configuration = SpeechConfiguration(
            vendorDirectory: vendorDirectory,
            scratchDirectory: folder.path
        )
        configuration.processCount = 1
        configuration.pieces.pieceMsMin = 15_000
        let once = try sonnetSamples() + [Int16](repeating: 0, count: 16_000)
        let wav = try writeWave((0..<3).flatMap { _ in once }, in: folder)
        let recognizer = SpeechRecognizer(configuration, logger: Logger(label: "test"))
        defer { recognizer.stop() }

        let whole = try await recognizer.transcribe(wavPath: wav, recording: recording, language: "en")
        let kept = folder.url.appending(path: "pieces/\(recording)")
        let engines = try FileManager.default.contentsOfDirectory(atPath: kept.path)
        let pieces = kept.appending(path: try #require(engines.first))
        #expect(engines.count == 1 && engines[0].hasPrefix("embedded-whisper-base-int8-"))
        let names = try FileManager.default.contentsOfDirectory(atPath: pieces.path).sorted()
        #expect(names.count > 1)
        let first = try #require(names.first { $0.hasPrefix("0-") })
        // Another word in what is kept shows where it came from, and that the missing pieces were recognised.
        try JSONEncoder().encode(try answer("kept")).write(to: pieces.appending(path: first))
        for name in names where name != first {
            try FileManager.default.removeItem(at: pieces.appending(path: name))
        }
        let resumed = try await recognizer.transcribe(wavPath: wav, recording: recording, language: "en")
        #expect(resumed.words.first?.text == "kept")
        let tail = resumed.words.dropFirst().map(\.text)
        #expect(!tail.isEmpty && Array(whole.words.map(\.text).suffix(tail.count)) == tail)

        recognizer.forget(recording: recording)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/pieces/\(recording)"))
    }
}
