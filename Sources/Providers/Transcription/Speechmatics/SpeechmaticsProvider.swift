package import Contracts
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Transcription by Speechmatics: the audio is fetched from a link, and a callback tells that the job has ended.
package struct SpeechmaticsProvider: Provider {
    package static let standardName = "speechmatics"

    package let name: String
    package let identity: String
    package let pollSchedule = PollSchedule.transcription(mediaMs: nil, hasCallbacks: true)
    package let submission = Submission.findable
    package let callbackTrust = CallbackTrust.secret
    private let settings: SpeechmaticsSettings
    private let requests: SpeechmaticsRequests
    private let call: ProviderCall
    private let verifier = HeaderSecretVerifier(header: "authorization", form: .bearer)

    package init(
        name: String = standardName,
        settings: SpeechmaticsSettings,
        client: HTTPClient,
        meter: ProviderMeter
    ) {
        self.name = name
        self.settings = settings
        identity = "speechmatics/v2 \(settings.model)"
        requests = SpeechmaticsRequests(settings: settings)
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
            let boundary = SecureRandom.token(byteCount: 24)
            let request = try ProviderCall.written {
                try requests.submit(input, secret: callbackSecret, boundary: boundary)
            }
            return await call.submit(request, words: Self.words) { (bytes) throws(AnswerFault) in
                try SpeechmaticsAnswers.id(bytes)
            }
        } catch {
            return .refused(error)
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let id = ProviderId.plain(task.externalId) else { return .forgotten }
        do throws(CallFailure) {
            let progress = try await call.read(
                requests.job(id),
                answerBytesMax: ProviderCall.receiptBytesMax,
                words: Self.words
            ) { (bytes) throws(AnswerFault) in try SpeechmaticsAnswers.job(bytes, id: id) }
            if let result = progress.pollResult(task, call) { return result }
        } catch {
            return error.pollResult
        }
        return await transcript(id, task)
    }

    package func find(_ task: TaskReference) async -> FindResult {
        do throws(CallFailure) {
            let id = try await call.read(requests.list(), words: Self.words) {
                (bytes) throws(AnswerFault) in
                try SpeechmaticsAnswers.id(inList: bytes, tag: TaskTag.of(task))
            }
            return id.map { .found(externalId: $0) } ?? .notFound
        } catch {
            return error.findResult
        }
    }

    package func cancel(externalId: String) async {
        guard let id = ProviderId.plain(externalId) else { return }
        // A job that is not stopped is paid for and removed after a week.
        _ = try? await call.exchange(requests.delete(id))
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict { verifier.verify(callback) }

    /// Its callbacks name the job in their address.
    package func externalId(told: ToldCallback) -> String? { told.query["id"].flatMap(ProviderId.plain) }

    /// A done job's transcript may be a moment behind it (404), or removed after a week (410).
    private func transcript(_ id: String, _ task: TaskReference) async -> PollResult {
        do throws(CallFailure) {
            let transcript = try await call.readResult(requests.transcript(id), words: Self.words) {
                (bytes) throws(AnswerFault) in
                try SpeechmaticsAnswers.transcript(bytes, model: settings.model)
            }
            return .heard(transcript, of: task)
        } catch {
            return error.pollResult
        }
    }

    private static func words(_ response: HTTPResponse) -> String? {
        SpeechmaticsAnswers.words(response.body)
    }
}
