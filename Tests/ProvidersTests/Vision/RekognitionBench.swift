import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import StudioSupport

@testable import Providers

/// Amazon Rekognition of the tests with the adapter for it.
struct RekognitionBench {
    static let topic = FakeTopic()
    let fake: FakeRekognition
    let meter = ProviderMeter()

    init(_ detections: [String] = [], pageSize: Int = 1_000) throws {
        fake = try FakeRekognition(
            detections: detections,
            pageSize: pageSize,
            topic: Self.topic,
            now: { VisionBench.time }
        )
    }

    static func settings(endpoint: String?, hasTopic: Bool = true) -> RekognitionSettings {
        RekognitionSettings(
            credentials: AWSCredentials(
                accessKeyId: FakeRekognition.accessKeyId,
                secretAccessKey: "k3y"
            ),
            region: "eu-west-1",
            notifications: hasTopic
                ? RekognitionSettings.Notifications(topic: topic.arn, role: "arn:aws:iam::1:role/r") : nil,
            endpoint: endpoint
        )
    }

    /// `pem` is what SNS' certificate is.
    static func provider(
        _ settings: RekognitionSettings,
        meter: ProviderMeter = ProviderMeter(),
        pem: [UInt8] = RSASigner.shared.pem
    ) -> RekognitionProvider {
        RekognitionProvider(
            settings: settings,
            client: VisionBench.client,
            linkClient: VisionBench.client,
            meter: meter,
            certificates: SNSCertificates(now: { VisionBench.time }) { _ in
                HTTPResponse(status: 200, headers: [], body: pem)
            },
            now: { VisionBench.time }
        )
    }

    func provider(hasTopic: Bool = true) -> RekognitionProvider {
        Self.provider(Self.settings(endpoint: fake.service.url, hasTopic: hasTopic), meter: meter)
    }

    func submit(_ task: ProviderTask = VisionBench.task()) async -> SubmitResult {
        await provider().submit(task, callbackSecret: VisionBench.secret)
    }

    func submitted() async throws -> String {
        guard case .accepted(let id, nil) = await submit() else {
            throw AnswerFault("it was not accepted")
        }
        return id
    }

    func poll(_ id: String) async -> PollResult {
        await provider().poll(VisionBench.reference(id), told: nil)
    }
}
