import Contracts
import Foundation
import OutboundHTTP
import Signatures
import StudioSupport
import Testing

@testable import Providers

/// A vision service of the tests with the adapter for it.
struct VisionServiceBench {
    static let requestKey = WebhookSecret.generate()
    static let callbackKey = WebhookSecret.generate()

    let fake: FakeVisionService
    let provider: VisionServiceProvider
    let meter = ProviderMeter()

    /// Signs its requests.
    init(
        tracks: @escaping @Sendable (String, Int) -> String = FakeVisionService.oneFace
    ) throws {
        fake = try FakeVisionService(
            .signature(Self.requestKey),
            callbackKey: Self.callbackKey,
            now: { VisionBench.time },
            tracks: tracks
        )
        provider = VisionServiceProvider(
            settings: VisionServiceSettings(
                baseURL: fake.service.url,
                access: .signature(.secret(Self.requestKey)),
                callbackKeys: [.secret(Self.callbackKey)]
            ),
            client: VisionBench.client,
            identityClient: VisionBench.client,
            meter: meter,
            now: { VisionBench.time }
        )
    }

    /// Shows a token of `google`.
    init(_ google: FakeGoogle, _ identity: GoogleIdentity, taken: @escaping @Sendable () -> [String]) throws {
        fake = try FakeVisionService(
            .tokens(taken),
            callbackKey: Self.callbackKey,
            now: { VisionBench.time }
        )
        provider = VisionServiceProvider(
            settings: VisionServiceSettings(
                baseURL: fake.service.url,
                access: .identity(identity),
                callbackKeys: [.secret(Self.callbackKey)]
            ),
            client: VisionBench.client,
            identityClient: VisionBench.client,
            meter: meter,
            now: { VisionBench.time }
        )
    }

    func submit(_ task: ProviderTask = VisionBench.task()) async -> SubmitResult {
        await provider.submit(task, callbackSecret: VisionBench.secret)
    }

    /// A job that was accepted.
    func submitted() async throws -> String {
        guard case .accepted(let id, nil) = await submit() else {
            throw AnswerFault("it was not accepted")
        }
        return id
    }
}

extension FakeCallback {
    /// As it comes in, and as it is told on after it was believed.
    var signed: IncomingCallback {
        IncomingCallback(headers: CallbackHeaders(headers), body: Array(body.utf8))
    }

    var believed: ToldCallback { ToldCallback(trust: .signed, body: Array(body.utf8)) }
}
