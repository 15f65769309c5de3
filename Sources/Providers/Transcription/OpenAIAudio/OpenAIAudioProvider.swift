package import Contracts
import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures
package import Threads

/// Transcription by OpenAI's audio models: the audio is sent in pieces, and the words come with the answers.
///
/// Nothing is kept there: there is no job to ask for, to find or to cancel.
package struct OpenAIAudioProvider: Provider {
    package static let standardName = "openai-audio"
    /// How often one piece is sent.
    static let triesMax = 5

    package let name: String
    package let identity: String
    package let pollSchedule = PollSchedule(
        firstDelayMs: 10_000,
        delayMsMax: 10_000,
        factor: 1,
        deadlineMs: 4 * 3_600_000,
        unknownWaitMs: 0
    )
    package let submission = Submission.blind
    private let settings: OpenAIAudioSettings
    private let requests: OpenAIAudioRequests
    private let call: ProviderCall
    private let links: ProviderCall
    private let pool: ThreadPool
    private let pause: @Sendable (Int) async throws -> Void

    /// `linkClient` fetches the audio from the gateway's own links, which may lie in a private network; `pool` writes
    /// the pieces' files; `pause` waits for milliseconds.
    package init(
        name: String = standardName,
        settings: OpenAIAudioSettings,
        client: HTTPClient,
        linkClient: HTTPClient,
        meter: ProviderMeter,
        pool: ThreadPool,
        pause: @escaping @Sendable (Int) async throws -> Void = {
            try await Task.sleep(for: .milliseconds($0))
        }
    ) {
        self.name = name
        self.settings = settings
        self.pool = pool
        self.pause = pause
        identity = "openai-audio/1 \(settings.model)"
        requests = OpenAIAudioRequests(settings: settings)
        call = ProviderCall(provider: name, client: client, meter: meter)
        links = ProviderCall(provider: name, client: linkClient, meter: meter)
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .transcribe }

    package func checkKey() async -> KeyVerdict { await call.verdict(on: requests.models()) }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            let input = try TranscriptionInput(task, provider: name)
            if let refusal = Self.refusal(settings) { return .refused(refusal) }
            guard input.audio.name == "audio.wav" else {
                return .refused(Self.audioUnfit("it is no wav file"))
            }
            return await transcribe(input)
        } catch {
            return .refused(error)
        }
    }

    /// Why the model cannot serve captions that highlight each word; nil where it can, or nobody minds.
    package static func refusal(_ settings: OpenAIAudioSettings) -> Problem? {
        guard settings.form != .words, settings.wordTimes == .required else { return nil }
        return Problem(
            .providerRefused,
            detail:
                "Model '\(settings.model)' gives no times of words, which cuts and word-highlight captions need.",
            retryable: false
        )
    }

    /// There is no job behind an answer.
    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult { .forgotten }

    package func cancel(externalId: String) async {}

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .rejected(reason: "this provider sends no callbacks")
    }

    private func transcribe(_ input: TranscriptionInput) async -> SubmitResult {
        let reader = AudioReader(url: input.audio.url, call: links, pool: pool)
        do throws(CallFailure) {
            let header = try await header(reader, fileBytes: input.audio.sizeBytes)
            let chunks: [AudioChunk]
            do throws(AnswerFault) {
                chunks = try ChunkPlan.chunks(
                    header,
                    chunkBytesMax: settings.chunkBytesMax,
                    chunkMsMax: settings.form.chunkMsMax,
                    overlapMs: settings.overlapMs
                )
            } catch {
                return .refused(Self.audioUnfit(error.reason))
            }
            let transcript = try await heard(chunks, header, input, reader)
            if let problem = transcript.problem { return .refused(problem) }
            return .made(externalId: input.tag, .transcript(transcript))
        } catch {
            // No job is left behind that somebody would have to look for.
            return error.kind == .unclear ? .unreachable(error.problem) : error.submitResult
        }
    }

    private func header(_ reader: AudioReader, fileBytes: Int64) async throws(CallFailure) -> WaveHeader {
        let headBytes = min(fileBytes, Int64(WaveHeader.headBytesMax))
        guard headBytes > 0 else { throw CallFailure(.refused, Self.audioUnfit("it is empty")) }
        let head = try await reader.read(0..<headBytes)
        do throws(AnswerFault) {
            return try WaveHeader(head: head, fileBytes: fileBytes)
        } catch {
            throw CallFailure(.refused, Self.audioUnfit(error.reason))
        }
    }

    private func heard(
        _ chunks: [AudioChunk],
        _ header: WaveHeader,
        _ input: TranscriptionInput,
        _ reader: AudioReader
    ) async throws(CallFailure) -> HeardTranscript {
        var joiner = SeamJoiner()
        var language: String?
        var warnings: [Warning] = settings.form == .words ? [] : [OpenAIAudioAnswers.estimated]
        for (index, chunk) in chunks.enumerated() {
            let heard: OpenAIAudioAnswers.Heard
            do throws(CallFailure) {
                heard = try await self.heard(chunk, input, reader)
            } catch {
                // What was heard before is paid for: to begin again is another attempt, which is counted.
                guard index > 0 else { throw error }
                throw CallFailure(.refused, error.problem, status: error.status)
            }
            language = language ?? heard.language
            for warning in heard.warnings where !warnings.contains(where: { $0.code == warning.code }) {
                warnings.append(warning)
            }
            let words = heard.words.map { word in
                var word = word
                word.startMs += chunk.startMs
                word.endMs += chunk.startMs
                return word
            }
            joiner.add(
                words,
                startMs: chunk.startMs,
                previousEndMs: index > 0 ? chunks[index - 1].endMs : nil,
                isTimed: settings.form != .text
            )
        }
        return HeardTranscript(
            language: language ?? input.language,
            durationMs: header.durationMs,
            words: joiner.inOrder,
            model: settings.model,
            warnings: warnings
        )
    }

    /// Sends one piece until it is answered: pieces that were heard before would else be paid for again.
    private func heard(
        _ chunk: AudioChunk,
        _ input: TranscriptionInput,
        _ reader: AudioReader
    ) async throws(CallFailure) -> OpenAIAudioAnswers.Heard {
        let form = requests.form(language: input.language, boundary: SecureRandom.token(byteCount: 24))
        let file = settings.temporaryFolder.appending(
            path: "reelgate-\(SecureRandom.token(byteCount: 12)).part"
        )
        defer { try? FileManager.default.removeItem(at: file) }
        let dataBytes = Int(chunk.bytes.upperBound - chunk.bytes.lowerBound)
        try await reader.write(
            chunk.bytes,
            head: form.bytes + WaveHeader.make(dataBytes: dataBytes),
            tail: form.endOfFile,
            to: file
        )
        let request = requests.transcription(contentType: form.contentType)
        var tries = 0
        while true {
            tries += 1
            do throws(CallFailure) {
                return try await answer(request, file: file.path, lengthMs: chunk.lengthMs)
            } catch {
                guard tries < Self.triesMax, [.busy, .away, .unclear].contains(error.kind) else {
                    throw error
                }
                let delayMs = error.retryAfterMs ?? min(1_000 << tries, 30_000)
                guard (try? await pause(delayMs)) != nil else { throw error }
            }
        }
    }

    private func answer(
        _ request: HTTPRequest,
        file: String,
        lengthMs: Int
    ) async throws(CallFailure) -> OpenAIAudioAnswers.Heard {
        let response = try await call.exchange(request, file: file)
        guard AnswerClass(response) == .success else {
            let failure = call.failure(response, words: OpenAIAudioAnswers.words(response.body))
            guard OpenAIAudioAnswers.isOutOfQuota(response.body) else { throw failure }
            var problem = failure.problem
            problem.retryable = false
            throw CallFailure(.refused, problem, status: failure.status)
        }
        do throws(AnswerFault) {
            return try OpenAIAudioAnswers.read(response.body, form: settings.form, lengthMs: lengthMs)
        } catch {
            // To send the piece at once again would be paid for, and bring the same.
            throw CallFailure(.refused, call.malformed(error.reason).problem, status: response.status)
        }
    }

    private static func audioUnfit(_ reason: String) -> Problem {
        Problem(.providerRefused, detail: "The audio cannot be sent: \(reason).", retryable: false)
    }
}

extension CallFailure {
    /// The audio could not be brought to the provider, who knows nothing of it yet.
    static func audioAway(_ reason: String) -> CallFailure {
        CallFailure(
            .away,
            Problem(
                .artifactMissing,
                detail: "The audio cannot be brought to the provider: \(reason).",
                retryable: true
            )
        )
    }
}
