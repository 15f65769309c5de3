package import Contracts
package import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Faces by a service of our own contract, as on Cloud Run: it is given the clips, and calls back with what it saw.
package struct VisionServiceProvider: Provider {
    package static let standardName = "vision-service"
    /// A report with every face of many clips.
    static let reportBytesMax = 32 << 20

    package let name: String
    package let identity: String
    package let pollSchedule = PollSchedule.vision(mediaMs: nil, hasCallbacks: true)
    /// The key of a request names the attempt: given twice it is there once.
    package let submission = Submission.idempotent
    package let callbackTrust = CallbackTrust.signed
    package let callbackBytesMax = 8 << 20
    private let requests: VisionServiceRequests
    private let access: VisionServiceAccess
    private let call: ProviderCall
    private let verifier: StandardWebhooksVerifier

    /// `identityClient` asks Google who the gateway is: its metadata server lies where no other client may go.
    package init(
        name: String = standardName,
        settings: VisionServiceSettings,
        client: HTTPClient,
        identityClient: HTTPClient,
        meter: ProviderMeter,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.name = name
        identity = "vision-service/\(settings.version) \(settings.sampleFps)fps"
        requests = VisionServiceRequests(settings: settings)
        let call = ProviderCall(provider: name, client: client, meter: meter)
        self.call = call
        access = VisionServiceAccess(
            settings: settings,
            call: call,
            identities: ProviderCall(provider: name, client: identityClient, meter: meter),
            now: now
        )
        verifier = StandardWebhooksVerifier(keys: settings.callbackKeys, now: now)
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .framing }

    package func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule {
        .vision(mediaMs: mediaMs, hasCallbacks: true)
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            let input = try VisionInput(task, provider: name)
            let request = try ProviderCall.written { try requests.submit(input) }
            return await submit(request, of: TaskReference(task, externalId: input.name))
        } catch {
            return .refused(error)
        }
    }

    /// A signed report that holds the faces needs no question.
    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let id = ProviderId.plain(task.externalId) else { return .forgotten }
        let attempt = VisionInput.name(of: task)
        if let told, told.isTheProvidersWord,
            let said = try? VisionServiceAnswers.read(told.body, attempt: attempt), said.jobId == id,
            let result = result(said.state, of: task)
        {
            return result
        }
        do throws(CallFailure) {
            let told = try await report(requests.analysis(id), attempt: attempt)
            guard told.jobId == id else { throw call.malformed("it is about another job") }
            guard let result = result(told.state, of: task) else {
                throw call.malformed("it succeeded and has no clips").ofResult
            }
            return result
        } catch {
            return error.pollResult
        }
    }

    package func cancel(externalId: String) async {
        guard let id = ProviderId.plain(externalId) else { return }
        // What goes on is work that nobody takes.
        _ = try? await access.exchange(requests.cancel(id))
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict { verifier.verify(callback) }

    package func externalId(told: ToldCallback) -> String? { VisionServiceAnswers.id(ofCallback: told.body) }

    package func attempt(told: ToldCallback) -> Int? {
        VisionServiceAnswers.attemptId(ofCallback: told.body).flatMap(VisionInput.attempt(ofName:))
    }

    private func submit(_ request: VisionServiceRequests.Named, of task: TaskReference) async -> SubmitResult
    {
        do throws(CallFailure) {
            let told = try await report(request, attempt: request.id)
            switch result(told.state, of: task) {
            case .made(let result): return .made(externalId: told.jobId, result)
            case .report(let report) where report.state.isTerminal:
                return .accepted(externalId: told.jobId, report: report)
            default: return .accepted(externalId: told.jobId, report: nil)
            }
        } catch {
            // The key is known with other work: only a new attempt has another key.
            return error.status == 409 ? .refused(error.problem) : error.submitResult
        }
    }

    private func report(
        _ request: VisionServiceRequests.Named,
        attempt: String
    ) async throws(CallFailure) -> VisionServiceAnswers.Told {
        let response = try await access.exchange(request)
        guard AnswerClass(response) == .success else {
            throw call.failure(response, words: VisionServiceAnswers.words(response.body))
        }
        do throws(AnswerFault) {
            return try VisionServiceAnswers.read(response.body, attempt: attempt)
        } catch {
            throw call.malformed(error)
        }
    }

    /// Nil where the faces have to be asked for.
    private func result(_ state: VisionServiceAnswers.State, of task: TaskReference) -> PollResult? {
        switch state {
        case .waiting: return .underWay(task, isWaitingInLine: true)
        case .running(let progress): return .underWay(task, progress: progress)
        case .done(let clips): return clips.map { .made(.faces($0)) }
        case .failed(let problem): return .failed(task, problem)
        case .unknown(let word):
            call.noteUnknownStatus(word)
            return .underWay(task)
        }
    }
}

extension TaskReference {
    /// How a task that is being handed over is told from others.
    fileprivate init(_ task: ProviderTask, externalId: String) {
        self.init(
            taskId: task.taskId,
            attempt: task.attempt,
            externalId: externalId,
            outputId: task.outputId
        )
    }
}
