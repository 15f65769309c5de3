package import Contracts
package import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Rendering by Remotion on AWS Lambda: one render for each ratio, with the composition of the customer's own site.
package struct RemotionProvider: Provider {
    package static let standardName = "remotion"
    private static let timeouts = TransferTimeouts(connectMilliseconds: 5_000, totalMilliseconds: 60_000)
    /// Progress tells of each chunk and each error; a start is a few hundred bytes.
    static let answerBytesMax = 4 << 20

    package let name: String
    package let identity: String
    package let pollSchedule: PollSchedule
    package let submission = Submission.blind
    package let callbackTrust = CallbackTrust.signed
    let call: ProviderCall
    let pause: @Sendable (Int) async throws -> Void
    private let requests: RemotionRequests
    private let settings: RemotionSettings
    private let now: @Sendable () -> Date

    /// `pause` waits for milliseconds.
    package init(
        name: String = standardName,
        settings: RemotionSettings,
        client: HTTPClient,
        meter: ProviderMeter,
        now: @escaping @Sendable () -> Date = { Date() },
        pause: @escaping @Sendable (Int) async throws -> Void = { try await StartPatience.sleep($0) }
    ) {
        self.name = name
        self.pause = pause
        self.settings = settings
        identity = "remotion/\(settings.version) \(settings.serveURL)"
        // Another function may put the chunks together when the first one's time is up.
        pollSchedule = .render(timeoutSeconds: 2 * settings.functionTimeoutSeconds)
        requests = RemotionRequests(settings: settings)
        call = ProviderCall(provider: name, client: client, meter: meter, timeouts: Self.timeouts)
        self.now = now
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .render }

    /// Asks the bucket for a render that is not there: an invocation of the function would cost.
    package func checkKey() async -> KeyVerdict {
        await call.verdict(on: requests.progress("reelgate-doctor", now: seconds)) {
            KeyVerdict(onMissingIn: settings.bucket, $0)
        }
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            let hosted = try HostedShort(task, provider: name)
            return await submit(try requests.orders(hosted, secret: callbackSecret, now: seconds))
        } catch {
            return .refused(error)
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let told, told.isTheProvidersWord else { return await ask(task, told: told) }
        return await ToldRemotion(provider: self, callback: RemotionAnswers.callback(told.body))
            .ask(task, told: told)
    }

    package func cancel(externalId: String) async { await cancel(externalId) }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        RemotionVerifier().verify(callback)
    }

    /// A task of several renders has no id before all of them have.
    package func externalId(told: ToldCallback) -> String? {
        guard let callback = RemotionAnswers.callback(told.body), callback.customData?.of == 1,
            let ratio = callback.customData?.ratio.flatMap(AspectRatio.init(slug:))
        else { return nil }
        return RenderIds(place: place, [RenderIds.Render(ratio: ratio, id: callback.renderId)])?.text
    }

    /// Its callbacks bring back what was sent along.
    package func attempt(told: ToldCallback) -> Int? {
        RemotionAnswers.callback(told.body)?.customData?.task.flatMap(TaskTag.attempt)
    }

    private var seconds: Int64 { Int64(now().timeIntervalSince1970) }
}

extension RemotionProvider: RatioService {
    var place: String? { settings.bucket }

    func start(_ orders: RenderOrders) async throws(CallFailure) -> String {
        for request in orders.uploads { try await upload(request) }
        let response = try await call.send(
            // A signature is good for five minutes, and renders before this one may have taken some of them.
            requests.invoke(orders.start.body ?? [], now: seconds),
            answerBytesMax: ProviderCall.receiptBytesMax,
            words: Self.words
        )
        return try read(response) { (bytes) throws(AnswerFault) in
            try RemotionAnswers.started(bytes, bucket: settings.bucket)
        }
    }

    func state(_ render: RenderIds.Render, of task: TaskReference) async throws(CallFailure) -> RenderState {
        guard let told = try await told(render.id) else { return .gone }
        switch told.state {
        case .running(let share): return .running(share)
        case .done: return .done(try file(told, render.ratio))
        case .failed(let words, let isPassing): return .failed(Self.problem(words, isPassing: isPassing))
        case .outputIsThere: return try await output(render.ratio, of: task)
        }
    }

    func stop(_ id: String) async {
        // What is not stopped ends by itself, at the latest with its function's time.
        _ = try? await call.exchange(requests.cancel(id, now: seconds), answerBytesMax: 64 << 10)
    }

    static func problem(_ words: String, isPassing: Bool) -> Problem {
        Problem(.renderFailed, detail: "Remotion gave the render up: \(words)", retryable: isPassing)
    }

    /// Nil where nothing is known of the render.
    private func told(_ id: String) async throws(CallFailure) -> RemotionAnswers.Told? {
        switch settings.statusSource {
        case .progressFile:
            let response = try await call.exchange(
                requests.progress(id, now: seconds),
                answerBytesMax: Self.answerBytesMax
            )
            if response.status == 404 { return nil }
            guard AnswerClass(response) == .success else { throw call.failure(response) }
            do throws(AnswerFault) {
                return try RemotionProgress.read(response.body, nowMs: now().timeIntervalSince1970 * 1_000)
            } catch {
                throw call.malformed(error)
            }
        case .function:
            let request = try ProviderCall.writtenToAsk { try requests.status(id, now: seconds) }
            let response = try await call.send(
                request,
                answerBytesMax: Self.answerBytesMax,
                words: Self.words
            )
            return try read(response) { (bytes) throws(AnswerFault) in try RemotionAnswers.status(bytes) }
        }
    }

    /// A render that found its file there already was started twice, and the file is the first one's.
    private func output(
        _ ratio: AspectRatio,
        of task: TaskReference
    ) async throws(CallFailure) -> RenderState {
        let key = RemotionRequests.outputKey(TaskTag.of(task), ratio, settings.deleteAfter)
        let response = try await call.exchange(requests.head(key, now: seconds))
        if response.status == 404 {
            return .failed(
                Self.problem("a file of its name was there, and is not any more.", isPassing: true)
            )
        }
        guard AnswerClass(response) == .success else { throw call.failure(response) }
        return .done(
            RenderedFile(
                aspectRatio: ratio,
                url: requests.link(key, now: seconds),
                sizeBytes: response.header("content-length").flatMap { Int64($0) }
            )
        )
    }

    private func file(
        _ told: RemotionAnswers.Told,
        _ ratio: AspectRatio
    ) throws(CallFailure) -> RenderedFile {
        let prefix = "renders/\(settings.deleteAfter.rawValue)-reelgate/"
        guard let key = told.outputKey, key.hasPrefix(prefix), told.outputBucket == settings.bucket else {
            throw call.malformed("its file lies at another place than was asked for").ofResult
        }
        return RenderedFile(
            aspectRatio: ratio,
            url: requests.link(key, now: seconds),
            sizeBytes: told.sizeBytes
        )
    }

    private func upload(_ request: HTTPRequest) async throws(CallFailure) {
        do throws(CallFailure) {
            _ = try await call.send(request, answerBytesMax: 64 << 10)
        } catch {
            // Nothing has been started: the same props may be put there once more.
            throw error.kind == .unclear ? CallFailure(.away, error.problem, status: error.status) : error
        }
    }

    private func read<Value>(
        _ response: HTTPResponse,
        _ read: ([UInt8]) throws(AnswerFault) -> Value
    ) throws(CallFailure) -> Value {
        let bytes: [UInt8]
        do {
            bytes = try RemotionInvocation.answer(response)
        } catch let failure as RemotionInvocation.Failure {
            call.meter.countError(provider: name, word: "function")
            throw CallFailure(
                failure.kind,
                Problem(
                    failure.kind == .busy ? .providerBusy : .providerRefused,
                    detail: "The function of provider '\(name)' failed: \(failure.words)",
                    retryable: failure.kind != .refused
                ),
                status: response.status
            )
        } catch {
            throw call.malformed((error as? AnswerFault)?.reason ?? "it cannot be read")
        }
        do throws(AnswerFault) {
            return try read(bytes)
        } catch {
            throw call.malformed(error.reason)
        }
    }

    private static func words(_ response: HTTPResponse) -> String? { RemotionInvocation.words(response.body) }
}

/// The service with a signed callback in hand, which knows of an end before the bucket does.
private struct ToldRemotion: RatioService {
    let provider: RemotionProvider
    let callback: RemotionAnswers.Callback?

    var call: ProviderCall { provider.call }
    var place: String? { provider.place }
    var pause: @Sendable (Int) async throws -> Void { provider.pause }

    func start(_ orders: RenderOrders) async throws(CallFailure) -> String {
        try await provider.start(orders)
    }

    func stop(_ id: String) async { await provider.stop(id) }

    /// A failure that is told counts where the render has not ended otherwise.
    func state(_ render: RenderIds.Render, of task: TaskReference) async throws(CallFailure) -> RenderState {
        let state = try await provider.state(render, of: task)
        guard let callback, callback.renderId == render.id, !state.hasEnded else { return state }
        switch callback.type {
        case "timeout":
            let words = "its function reached its time limit."
            return .failed(RemotionProvider.problem(words, isPassing: true))
        case "error":
            guard
                case .failed(let words, let isPassing) = RemotionAnswers.failed(
                    callback.errors?.first?.message
                )
            else { return state }
            return .failed(RemotionProvider.problem(words, isPassing: isPassing))
        default: return state
        }
    }
}
