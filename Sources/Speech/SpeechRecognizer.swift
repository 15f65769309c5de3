import Contracts
import Foundation
package import Logging
import Threads

/// Turns speech into words with their times, in child processes on this machine.
package final class SpeechRecognizer: Sendable {
    private static let probesMax = 3
    private static let probeMsMax = 120_000
    private static let languageProbabilityMin = 0.5
    private static let confidenceMin = 0.5

    private let configuration: SpeechConfiguration
    private let fleet: EngineFleet
    private let readers = ThreadPool(name: "speech-audio", threadCount: 1)
    private let requestCount = Locked(0)

    /// Starts nothing: engines start when there is work.
    package init(_ configuration: SpeechConfiguration, logger: Logger) {
        self.configuration = configuration
        fleet = EngineFleet(configuration, logger: logger)
        PieceStore.prune(piecesDirectory)
    }

    deinit { readers.shutdown() }

    /// Ends all engines; work under way fails with `stopped`.
    package func stop() {
        fleet.stop()
        readers.shutdown()
    }

    /// Ends the engines that have had no work for `duration`; they start again when there is some.
    package func endIdle(for duration: Duration) { fleet.endIdle(since: .now - duration) }

    /// Recognises what is said in a wav file of 16 kHz, mono, 16 bits.
    ///
    /// Without a language, it is detected in some places of the file. `progress` is called with 0 to 1, from any
    /// thread. When the task is cancelled, the engines at work on it are killed.
    ///
    /// `recording` is the file's digest. With it, pieces that an earlier call of this or another process recognised are not
    /// recognised again, until `forget`.
    package func transcribe(
        wavPath: String,
        recording: String? = nil,
        language: String? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> RecognizedSpeech {
        let given = try language.map { tag in
            guard let code = WhisperLanguage.code(forTag: tag) else {
                throw SpeechError(
                    .languageUnsupported,
                    "the speech engine does not know the language '\(tag)'"
                )
            }
            return code
        }
        let (wave, curve) = try await readers.run {
            let wave = try WaveFile(path: wavPath)
            return (wave, try wave.energy())
        }
        let pieces = configuration.pieces.pieces(
            curve,
            durationMs: wave.durationMs,
            processCount: configuration.processCount
        )

        var warnings: [Warning] = []
        var code = given
        if code == nil {
            let detected = try await detect(wave, pieces)
            code = detected.code
            if let code = detected.code, detected.probability < Self.languageProbabilityMin {
                warnings.append(
                    Warning(
                        code: "language-uncertain",
                        detail:
                            "The language was taken to be '\(code)', but this is uncertain; it can be given."
                    )
                )
            }
        }
        let store = recording.flatMap {
            PieceStore(directory: piecesDirectory, recording: $0, model: engineIdentity)
        }
        let answers = try await recognize(wave, pieces, code, store, progress)
        let found = zip(answers, pieces).flatMap { EngineAnswer.words($0.words ?? [], in: $1) }
        let words = WordTiming().corrected(found, curve: curve, durationMs: wave.durationMs)
        return RecognizedSpeech(
            language: language ?? code ?? "und",
            words: words,
            voices: zip(answers, pieces).flatMap { EngineAnswer.voices($0.voices ?? [], in: $1) },
            model: configuration.modelName,
            durationMs: wave.durationMs,
            warnings: warnings + self.warnings(of: words)
        )
    }

    /// Drops what is kept of a recording, once its words are safe elsewhere.
    package func forget(recording: String) { PieceStore.forget(recording, in: piecesDirectory) }

    /// What the words of a piece depend on beside its sound.
    private var engineIdentity: String {
        let program = Data(PackageResources.transcribe_py) + Data(configuration.modelDirectory.utf8)
        // FNV-1a: a name, and no protection.
        let hash = program.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(configuration.modelName) \(String(hash, radix: 16))"
    }

    private var piecesDirectory: String { configuration.scratchDirectory + "/pieces" }

    private func warnings(of words: [RecognizedSpeech.Word]) -> [Warning] {
        guard !words.isEmpty else { return [] }
        var warnings: [Warning] = []
        if words.reduce(0, { $0 + $1.confidence }) / Double(words.count) < Self.confidenceMin {
            warnings.append(
                Warning(
                    code: "speech-unclear",
                    detail: "The speech was hard to recognise; many words may be wrong."
                )
            )
        }
        if configuration.voiceModelPath == nil {
            warnings.append(
                Warning(
                    code: "speakers-unknown",
                    detail: "Speakers were not told apart, because the voice model is missing."
                )
            )
        }
        return warnings
    }

    /// The language in which most of the probed places are spoken; nil when nobody speaks there.
    private func detect(
        _ wave: WaveFile,
        _ pieces: [Range<Int>]
    ) async throws -> (code: String?, probability: Double) {
        let step = max(1, pieces.count / Self.probesMax)
        let probes = stride(from: 0, to: pieces.count, by: step).prefix(Self.probesMax).map { pieces[$0] }
        let answers = try await withThrowingTaskGroup(of: EngineAnswer.self) { group in
            for probe in probes {
                let range = probe.lowerBound..<min(probe.upperBound, probe.lowerBound + Self.probeMsMax)
                group.addTask { try await self.ask(.detect, wave, range, nil) { _ in } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var sums: [String: Double] = [:]
        for answer in answers {
            if let language = answer.language {
                sums[language, default: 0] += answer.languageProbability ?? 0
            }
        }
        let best = sums.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let voiced = answers.filter { $0.language != nil }.count
        return (best?.key, (best?.value ?? 0) / Double(max(1, voiced)))
    }

    /// What the engines answer to all pieces, in order.
    private func recognize(
        _ wave: WaveFile,
        _ pieces: [Range<Int>],
        _ language: String?,
        _ store: PieceStore?,
        _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> [EngineAnswer] {
        let done = Locked([Double](repeating: 0, count: pieces.count))
        let total = Double(max(1, wave.durationMs))
        let tell: @Sendable (Int, Double) -> Void = { index, part in
            let sum = done.withLock { done in
                done[index] = max(done[index], min(1, part) * Double(pieces[index].count))
                return done.reduce(0, +)
            }
            progress(min(1, sum / total))
        }
        let answers = try await withThrowingTaskGroup(of: (Int, EngineAnswer).self) { group in
            for (index, piece) in pieces.enumerated() {
                group.addTask {
                    if let kept = store?.answer(to: piece, language: language) {
                        tell(index, 1)
                        return (index, kept)
                    }
                    let answer = try await self.ask(.transcribe, wave, piece, language) { tell(index, $0) }
                    store?.keep(answer, to: piece, language: language)
                    tell(index, 1)
                    return (index, answer)
                }
            }
            return try await group.reduce(into: [Int: EngineAnswer]()) { $0[$1.0] = $1.1 }
        }
        return pieces.indices.compactMap { answers[$0] }
    }

    private func ask(
        _ operation: EngineRequest.Operation,
        _ wave: WaveFile,
        _ range: Range<Int>,
        _ language: String?,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws -> EngineAnswer {
        let start = wave.offset(ofMs: range.lowerBound)
        let request = EngineRequest(
            id: requestCount.withLock { count in
                count += 1
                return count
            },
            operation: operation,
            wav: wave.path,
            offsetBytes: start,
            samples: (wave.offset(ofMs: range.upperBound) - start) / WaveFile.bytesPerSample,
            language: language
        )
        let msMax = max(configuration.pieceMsMin, Int(Double(range.count) * configuration.slownessMax))
        return try await fleet.answer(request, msMax: msMax, progress: progress)
    }
}
