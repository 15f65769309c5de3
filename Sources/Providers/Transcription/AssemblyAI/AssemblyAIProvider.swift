package import Contracts
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Transcription by AssemblyAI: the audio is fetched from a link, and a callback tells that the transcript is there.
package struct AssemblyAIProvider: Provider {
    package static let standardName = "assemblyai"

    package let name: String
    package let identity: String
    package let pollSchedule = PollSchedule.transcription(mediaMs: nil, hasCallbacks: true)
    package let submission = Submission.findable
    package let callbackTrust = CallbackTrust.secret
    private let requests: AssemblyAIRequests
    private let model: String
    private let call: ProviderCall
    private let verifier = HeaderSecretVerifier(header: AssemblyAIRequests.secretHeader)

    package init(
        name: String = standardName,
        settings: AssemblyAISettings,
        client: HTTPClient,
        meter: ProviderMeter
    ) {
        self.name = name
        model = settings.speechModels.joined(separator: "+")
        identity = "assemblyai/v2 \(model)"
        requests = AssemblyAIRequests(settings: settings)
        call = ProviderCall(provider: name, client: client, meter: meter)
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .transcribe }

    package func checkKey() async -> KeyVerdict { await call.verdict(on: requests.list(before: nil)) }

    package func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule {
        .transcription(mediaMs: mediaMs, hasCallbacks: true)
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            let input = try TranscriptionInput(task, provider: name)
            let request = try ProviderCall.written {
                try requests.submit(input, secret: callbackSecret)
            }
            return await call.submit(request, words: AssemblyAIAnswers.words) { (bytes) throws(AnswerFault) in
                try AssemblyAIAnswers.id(bytes)
            }
        } catch {
            return .refused(error)
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let id = ProviderId.plain(task.externalId) else { return .forgotten }
        do throws(CallFailure) {
            let told = try await transcript(id)
            if let result = told.progress.pollResult(task, call) { return result }
            guard let transcript = told.transcript else { return .underWay(task) }
            return .heard(transcript, of: task)
        } catch {
            return error.pollResult
        }
    }

    package func find(_ task: TaskReference) async -> FindResult {
        do throws(CallFailure) {
            return try await AssemblyAISearch(requests: requests, call: call).find(task)
        } catch {
            return error.findResult
        }
    }

    package func cancel(externalId: String) async {
        guard let id = ProviderId.plain(externalId) else { return }
        // What is not removed is kept as long as the account says.
        _ = try? await call.exchange(requests.delete(id))
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict { verifier.verify(callback) }

    package func externalId(told: ToldCallback) -> String? { AssemblyAIAnswers.id(ofCallback: told.body) }

    private func transcript(_ id: String) async throws(CallFailure) -> AssemblyAIAnswers.Told {
        let told = try await call.read(requests.transcript(id), words: AssemblyAIAnswers.words) {
            (bytes) throws(AnswerFault) in try AssemblyAIAnswers.read(bytes, model: model)
        }
        guard told.id == id else { throw call.malformed("it is about another transcript") }
        return told
    }
}
