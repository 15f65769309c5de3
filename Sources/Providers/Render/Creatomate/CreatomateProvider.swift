package import Contracts
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Rendering by Creatomate: the short in its RenderScript, or as the content of a template; one render for each ratio.
///
/// Nothing that it calls back with is signed, so each callback is a reason to ask about the renders that are known, and
/// no more: who has its address could name any other of the account.
package struct CreatomateProvider: Provider {
    package static let standardName = "creatomate"

    package let name: String
    package let identity: String
    package let pollSchedule: PollSchedule
    package let submission = Submission.blind
    package let callbackTrust = CallbackTrust.capability
    let call: ProviderCall
    let pause: @Sendable (Int) async throws -> Void
    private let requests: CreatomateRequests

    /// `pause` waits for milliseconds.
    package init(
        name: String = standardName,
        settings: CreatomateSettings,
        client: HTTPClient,
        meter: ProviderMeter,
        pause: @escaping @Sendable (Int) async throws -> Void = { try await StartPatience.sleep($0) }
    ) {
        self.name = name
        self.pause = pause
        let templates = settings.templates.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        let conceded = settings.concessions.map(\.rawValue).sorted()
        identity = (["creatomate/v2 script-2"] + templates + conceded).joined(separator: " ")
        pollSchedule = .render(timeoutSeconds: settings.renderSeconds)
        requests = CreatomateRequests(settings: settings, provider: name)
        call = ProviderCall(provider: name, client: client, meter: meter)
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .render }

    package func checkKey() async -> KeyVerdict {
        await call.verdict(on: requests.render("00000000-0000-0000-0000-000000000000")) {
            KeyVerdict(onMissing: $0)
        }
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            return await submit(try requests.orders(HostedShort(task, provider: name)))
        } catch {
            return .refused(error)
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        await ask(task, told: told)
    }

    package func cancel(externalId: String) async { await cancel(externalId) }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        CapabilityVerifier().verify(callback)
    }
}

extension CreatomateProvider: RatioService {
    var place: String? { nil }

    func start(_ orders: RenderOrders) async throws(CallFailure) -> String {
        try await call.read(orders.start, answerBytesMax: ProviderCall.receiptBytesMax, words: Self.words) {
            (bytes) throws(AnswerFault) in try CreatomateAnswers.id(bytes)
        }
    }

    func state(_ render: RenderIds.Render, of task: TaskReference) async throws(CallFailure) -> RenderState {
        try await call.read(
            requests.render(render.id),
            answerBytesMax: ProviderCall.receiptBytesMax,
            words: Self.words
        ) { (bytes) throws(AnswerFault) in
            try CreatomateAnswers.state(bytes, of: render, tag: TaskTag.of(task))
        }
    }

    func stop(_ id: String) async {
        // What is not removed is kept for thirty days.
        _ = try? await call.exchange(requests.delete(id), answerBytesMax: ProviderCall.receiptBytesMax)
    }

    private static func words(_ response: HTTPResponse) -> String? { CreatomateAnswers.words(response.body) }
}
