import Contracts
import Foundation
import Logging
import Testing
import Threads

@testable import Speech

/// Real recordings through the real engine.
@Suite(.serialized) struct SpeechRecognizerTests {
    private let folder: ScratchFolder
    private let recognizer: SpeechRecognizer

    init() throws {
        folder = try ScratchFolder()
        var configuration = SpeechConfiguration(
            vendorDirectory: vendorDirectory,
            scratchDirectory: folder.path
        )
        configuration.processCount = 2
        configuration.pieces.pieceMsMin = 15_000
        recognizer = SpeechRecognizer(configuration, logger: Logger(label: "test"))
    }

    private let verse =
        "1 from fairest creatures we desire increase that thereby beauty's rose might never die"
        .split(separator: " ").map(String.init)

    private func plain(_ words: [RecognizedSpeech.Word]) -> [String] {
        words.map { $0.text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "'" } }
    }

    @Test func `a verse is recognised with its words at their times`() async throws {
        let samples = [Int16](repeating: 0, count: 32_000) + (try sonnetSamples())
        let wav = try writeWave(samples, in: folder)
        let progress = Locked<[Double]>([])

        let speech = try await recognizer.transcribe(wavPath: wav) { part in
            progress.withLock { $0.append(part) }
        }

        let words = plain(speech.words)
        #expect(words.difference(from: verse).insertions.count <= 2, "\(words)")
        #expect(verse.difference(from: words).insertions.count <= 2, "\(words)")
        #expect(speech.language == "en" && speech.warnings.isEmpty)
        #expect(speech.model == "embedded/whisper-base-int8")
        #expect((speech.words.first?.startMs ?? 0) >= 2000)
        let increase = try #require(speech.words.first { $0.text.hasPrefix("increase") })
        #expect((5000...7000).contains(increase.startMs))
        #expect(speech.words.allSatisfy { $0.endMs - $0.startMs >= 40 && $0.confidence > 0 })
        #expect(progress.withLock { $0 }.last == 1)

        let transcript = Transcript(speech)
        #expect(Set(transcript.words.map(\.speaker)) == ["speaker-0"])
        #expect(transcript.words.count == speech.words.count)
        #expect(transcript.sentences.first?.firstWord == 0)
        #expect(transcript.sentences.last?.lastWord == speech.words.count - 1)
        recognizer.stop()
    }

    @Test func `a longer recording is cut between sentences, and no word is lost or doubled`()
        async throws
    {
        let once = try sonnetSamples() + [Int16](repeating: 0, count: 16_000)
        let wav = try writeWave((0..<4).flatMap { _ in once }, in: folder)

        let speech = try await recognizer.transcribe(wavPath: wav, language: "en-GB")

        #expect(speech.language == "en-GB")
        let words = plain(speech.words)
        #expect(words.filter { $0 == "creatures" }.count == 4)
        #expect(words.filter { $0 == "die" }.count == 4)
        #expect((52...60).contains(words.count), "\(words)")
        #expect(zip(speech.words, speech.words.dropFirst()).allSatisfy { $0.endMs <= $1.startMs })
        for (number, word) in speech.words.filter({ $0.text.hasPrefix("creatures") }).enumerated() {
            let expected = number * once.count / 16
            #expect((expected...(expected + once.count / 16)).contains(word.startMs))
        }
        recognizer.stop()
    }

    @Test func `silence and noise have no words`() async throws {
        var random = SeededGenerator(seed: 1)
        let silence = [Int16](repeating: 0, count: 80_000)
        let noise = (0..<80_000).map { _ in Int16.random(in: -600...600, using: &random) }

        for samples in [silence, noise, []] {
            let speech = try await recognizer.transcribe(wavPath: try writeWave(samples, in: folder))
            #expect(speech.words.isEmpty)
            #expect(speech.language == "und")
            #expect(Transcript(speech).sentences.isEmpty)
        }
        recognizer.stop()
    }

    @Test func `a language that the model does not know is refused`() async throws {
        let error = await #expect(throws: SpeechError.self) {
            try await recognizer.transcribe(wavPath: "/nowhere/audio.wav", language: "tlh")
        }
        #expect(error?.code == .languageUnsupported)
    }
}
