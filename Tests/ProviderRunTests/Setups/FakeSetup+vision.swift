import LoopbackSupport
import OutboundHTTP
import Pipeline
import Providers
import Signatures
import StudioSupport

extension FakeSetup {
    /// Services that find faces.
    static let vision = [visionService, rekognition]

    private static let meter = ProviderMeter()
    private static let requestKey = WebhookSecret.generate()
    private static let callbackKey = WebhookSecret.generate()

    /// A fake vision service, how it knows the gateway, and what is needed for that.
    private typealias VisionParts = (FakeVisionService, VisionServiceSettings.Access, [FakeService])

    /// Its requests are signed.
    static let visionService = visionService("vision-service") { parts in
        let fake = try FakeVisionService(
            .signature(requestKey),
            callbackKey: callbackKey,
            isDown: parts.isDown,
            now: parts.now
        )
        return (fake, .signature(.secret(requestKey)), [])
    }

    /// Its requests bear a token of Google; one that is refused is replaced once.
    static let visionServiceByIdentity = visionService("vision-identity", keysMax: 2) { parts in
        let google = try FakeGoogle(now: parts.now)
        let fake = try FakeVisionService(
            .tokens { google.tokens },
            callbackKey: callbackKey,
            isDown: parts.isDown,
            now: parts.now
        )
        return (fake, .identity(.metadataServer(url: google.url)), [google.service])
    }

    private static func visionService(
        _ name: String,
        keysMax: Int = 1,
        _ make: @escaping @Sendable (Parts) throws -> VisionParts
    ) -> FakeSetup {
        FakeSetup(
            name: name,
            stage: .framing,
            proof: .shown,
            sharesKey: true,
            bringsResult: true,
            answersAgain: true,
            keysMax: keysMax,
            submission: .idempotent
        ) { parts in
            let (fake, access, helpers) = try make(parts)
            let settings = VisionServiceSettings(
                baseURL: fake.service.url,
                access: access,
                callbackKeys: [.secret(callbackKey)]
            )
            let provider = VisionServiceProvider(
                name: name,
                settings: settings,
                client: parts.client,
                identityClient: parts.client,
                meter: meter,
                now: parts.now
            )
            return Made(fake: fake, provider: provider, helpers: helpers)
        }
    }

    /// A topic of SNS tells of its ends, and vouches for nothing but its own messages; it throttles with status 400 and
    /// no time to wait.
    static let rekognition = FakeSetup(
        name: "rekognition",
        stage: .framing,
        proof: .shown,
        sharesKey: true,
        sharesAddress: true,
        answerToGarbage: 401,
        submission: .idempotent,
        busy: FakeRekognition.trouble("ProvisionedThroughputExceededException", "Not now."),
        busyMs: 5_000,
        linkBase: "https://media.s3.eu-west-1.amazonaws.com"
    ) { parts in
        let topic = FakeTopic()
        let fake = try FakeRekognition(
            detections: FakeFaces.detections(durationMs: FakeResults.durationMs),
            topic: topic,
            isDown: parts.isDown,
            now: parts.now
        )
        let settings = RekognitionSettings(
            credentials: AWSCredentials(
                accessKeyId: FakeRekognition.accessKeyId,
                secretAccessKey: "secret"
            ),
            region: "eu-west-1",
            notifications: RekognitionSettings.Notifications(
                topic: topic.arn,
                role: "arn:aws:iam::123456789012:role/r"
            ),
            endpoint: fake.service.url
        )
        let provider = RekognitionProvider(
            settings: settings,
            client: parts.client,
            linkClient: parts.client,
            meter: meter,
            certificates: SNSCertificates(now: parts.now) { _ in
                HTTPResponse(status: 200, headers: [], body: topic.signer.pem)
            },
            now: parts.now
        )
        return Made(fake: fake, provider: provider)
    }
}
