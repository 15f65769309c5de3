package import Contracts
package import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Transcription by Deepgram: its callback brings the whole transcript, which can be had in no other way later.
package struct DeepgramProvider: Provider {
    package static let standardName = "deepgram"
    /// A request that ended so long ago without its callback has lost it: ten tries half a minute apart are over.
    static let callbackSecondsMax = 3_600.0

    package let name: String
    package let identity: String
    package let pollSchedule = PollSchedule.transcription(mediaMs: nil, hasCallbacks: true)
    package let callbackTrust = CallbackTrust.secret
    package let callbackBytesMax = 32 << 20
    private let settings: DeepgramSettings
    private let requests: DeepgramRequests
    private let call: ProviderCall
    private let verifier = HeaderSecretVerifier(
        header: "authorization",
        form: .basic(user: DeepgramRequests.callbackUser)
    )
    private let now: @Sendable () -> Date

    package init(
        name: String = standardName,
        settings: DeepgramSettings,
        client: HTTPClient,
        meter: ProviderMeter,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.name = name
        self.settings = settings
        self.now = now
        identity = "deepgram/v1 \(settings.model)"
        requests = DeepgramRequests(settings: settings)
        call = ProviderCall(provider: name, client: client, meter: meter)
    }

    /// Only the project's log can be searched.
    package var submission: Submission { project == nil ? .blind : .findable }

    private var project: String? { settings.projectId.flatMap(ProviderId.plain) }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .transcribe }

    /// A key that may only transcribe is refused the list of projects, and is good all the same.
    package func checkKey() async -> KeyVerdict {
        await call.verdict(on: requests.projects()) { response in
            response.status == 403
                ? .unknown("a key without the right to list projects does not tell") : KeyVerdict(response)
        }
    }

    package func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule {
        .transcription(mediaMs: mediaMs, hasCallbacks: true)
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        let request: HTTPRequest
        do throws(Problem) {
            let input = try TranscriptionInput(task, provider: name)
            request = try ProviderCall.written { try requests.submit(input, secret: callbackSecret) }
        } catch {
            return .refused(error)
        }
        guard settings.delivery == .answer else {
            return await call.submit(request, words: Self.words) { (bytes) throws(AnswerFault) in
                try DeepgramAnswers.id(bytes)
            }
        }
        return await made(request)
    }

    /// The transcript out of a callback that is Deepgram's own word; nothing else holds it.
    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        if let told, told.isTheProvidersWord {
            do throws(AnswerFault) {
                switch try DeepgramAnswers.read(told.body, model: settings.model) {
                case .transcript(let transcript): return .heard(transcript, of: task)
                case .failed(let problem): return .failed(task, problem)
                }
            } catch {
                return .unreachable(call.malformed(error.reason).problem)
            }
        }
        guard let project, let id = ProviderId.plain(task.externalId) else { return .underWay(task) }
        do throws(CallFailure) {
            let logged = try await call.read(requests.state(id, project: project), words: Self.words) {
                (bytes) throws(AnswerFault) in try DeepgramAnswers.logged(bytes)
            }
            return result(logged, task)
        } catch {
            // The log is written behind the work: what is not in it may be under way.
            return error.kind == .unknown ? .underWay(task) : error.pollResult
        }
    }

    package func find(_ task: TaskReference) async -> FindResult {
        guard let project else { return .notFound }
        do throws(CallFailure) {
            let id = try await call.read(requests.list(project: project), words: Self.words) {
                (bytes) throws(AnswerFault) in
                try DeepgramAnswers.id(inLog: bytes, tag: TaskTag.of(task))
            }
            return id.map { .found(externalId: $0) } ?? .notFound
        } catch {
            return error.findResult
        }
    }

    /// Deepgram knows no way to stop a request.
    package func cancel(externalId: String) async {}

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict { verifier.verify(callback) }

    package func externalId(told: ToldCallback) -> String? { try? DeepgramAnswers.id(told.body) }

    private func result(_ logged: DeepgramAnswers.Logged, _ task: TaskReference) -> PollResult {
        guard let status = logged.status else { return .underWay(task) }
        guard (200..<300).contains(status) else {
            return .failed(task, DeepgramAnswers.failure("its log says status \(status)"))
        }
        let age = logged.created.map { now().timeIntervalSince($0) } ?? 0
        return age > Self.callbackSecondsMax ? .forgotten : .underWay(task)
    }

    /// Waits for the whole work.
    private func made(_ request: HTTPRequest) async -> SubmitResult {
        do throws(CallFailure) {
            let answer = try await call.read(request, words: Self.words) {
                (bytes) throws(AnswerFault) in
                (try DeepgramAnswers.id(bytes), try DeepgramAnswers.read(bytes, model: settings.model))
            }
            switch answer.1 {
            case .failed(let problem): return .refused(problem)
            case .transcript(let transcript):
                if let problem = transcript.problem { return .refused(problem) }
                return .made(externalId: answer.0, .transcript(transcript))
            }
        } catch {
            return error.submitResult
        }
    }

    private static func words(_ response: HTTPResponse) -> String? { DeepgramAnswers.words(response.body) }
}
