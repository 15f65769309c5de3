package import Contracts
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Transcription by Rev.ai: the audio is fetched from a link, and a callback tells that the job has ended.
///
/// A callback that is missed comes again half an hour later, so the job is asked for long before.
package struct RevAIProvider: Provider {
    package static let standardName = "revai"

    package let name: String
    package let identity = "revai/v1"
    package let pollSchedule = PollSchedule.transcription(mediaMs: nil, hasCallbacks: true)
    package let submission = Submission.findable
    package let callbackTrust = CallbackTrust.secret
    private let settings: RevAISettings
    private let requests: RevAIRequests
    private let call: ProviderCall
    private let verifier = HeaderSecretVerifier(header: "authorization", form: .bearer)

    package init(
        name: String = standardName,
        settings: RevAISettings,
        client: HTTPClient,
        meter: ProviderMeter
    ) {
        self.name = name
        self.settings = settings
        requests = RevAIRequests(settings: settings)
        call = ProviderCall(provider: name, client: client, meter: meter)
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .transcribe }

    package func checkKey() async -> KeyVerdict { await call.verdict(on: requests.list()) }

    package func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule {
        .transcription(mediaMs: mediaMs, hasCallbacks: true)
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            let input = try TranscriptionInput(task, provider: name)
            guard let language = input.language ?? settings.languageDefault else {
                return .refused(Self.languageMissing(name))
            }
            let request = try ProviderCall.written {
                try requests.submit(input, language: language, secret: callbackSecret)
            }
            return await call.submit(request, words: Self.words) { (bytes) throws(AnswerFault) in
                try RevAIAnswers.id(bytes)
            }
        } catch {
            return .refused(error)
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let id = ProviderId.plain(task.externalId) else { return .forgotten }
        do throws(CallFailure) {
            let told = try await call.read(
                requests.job(id),
                answerBytesMax: ProviderCall.receiptBytesMax,
                words: Self.words
            ) { (bytes) throws(AnswerFault) in try RevAIAnswers.job(bytes, id: id) }
            if let result = told.progress.pollResult(task, call) { return result }
            let transcript = try await call.readResult(requests.transcript(id), words: Self.words) {
                (bytes) throws(AnswerFault) in try RevAIAnswers.transcript(bytes, told: told)
            }
            return .heard(transcript, of: task)
        } catch {
            return error.pollResult
        }
    }

    package func find(_ task: TaskReference) async -> FindResult {
        do throws(CallFailure) {
            let id = try await call.read(requests.list(), words: Self.words) {
                (bytes) throws(AnswerFault) in try RevAIAnswers.id(inList: bytes, tag: TaskTag.of(task))
            }
            return id.map { .found(externalId: $0) } ?? .notFound
        } catch {
            return error.findResult
        }
    }

    package func cancel(externalId: String) async {
        guard let id = ProviderId.plain(externalId) else { return }
        // Only what has ended can be removed; what is not removed is kept as long as the account says.
        _ = try? await call.exchange(requests.delete(id))
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict { verifier.verify(callback) }

    package func externalId(told: ToldCallback) -> String? { RevAIAnswers.id(ofCallback: told.body) }

    private static func words(_ response: HTTPResponse) -> String? { RevAIAnswers.words(response.body) }

    private static func languageMissing(_ name: String) -> Problem {
        Problem(
            .providerRefused,
            detail: "Provider '\(name)' does not detect languages, and the run names none.",
            retryable: false
        )
    }
}
