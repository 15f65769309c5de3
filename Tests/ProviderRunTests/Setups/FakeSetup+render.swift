import LoopbackSupport
import Pipeline
import Providers
import Signatures
import StudioSupport

extension FakeSetup {
    /// Services that render shorts.
    static let render = [remotion, shotstack, creatomate]

    private static let meter = ProviderMeter()

    /// It signs, so that what is no JSON, and names no render, is not its word.
    static let remotion = FakeSetup(
        name: "remotion",
        stage: .render,
        proof: .shown,
        answerToGarbage: 401,
        busy: LoopbackAnswer(
            429,
            headers: [("retry-after", "7"), ("x-amzn-errortype", "TooManyRequestsException")],
            body: #"{"Reason": "ConcurrentInvocationLimitExceeded", "message": "Rate Exceeded."}"#
        )
    ) { parts in
        let fake = try FakeRemotionLambda(isDown: parts.isDown)
        let settings = RemotionSettings(
            credentials: AWSCredentials(
                accessKeyId: FakeRemotionLambda.accessKeyId,
                secretAccessKey: "secret"
            ),
            region: "eu-west-1",
            functionName: FakeRemotionLambda.function,
            serveURL: "https://sites.example/clips",
            bucket: FakeRemotionLambda.bucket,
            endpoint: fake.service.url
        )
        let provider = RemotionProvider(
            settings: settings,
            client: parts.client,
            meter: meter,
            now: parts.now,
            pause: parts.pause
        )
        return Made(fake: fake, provider: provider)
    }

    static let shotstack = FakeSetup(name: "shotstack", stage: .render, proof: .address) { parts in
        let fake = try FakeShotstack(isDown: parts.isDown)
        let settings = ShotstackSettings(
            key: Secret(FakeShotstack.key),
            baseURL: fake.service.url,
            fonts: ["Inter": "https://fonts.example/Inter.ttf"],
            concessions: [.gain]
        )
        return Made(
            fake: fake,
            provider: ShotstackProvider(
                settings: settings,
                client: parts.client,
                meter: meter,
                pause: parts.pause
            )
        )
    }

    static let creatomate = FakeSetup(name: "creatomate", stage: .render, proof: .address) { parts in
        let fake = try FakeCreatomate(isDown: parts.isDown)
        let settings = CreatomateSettings(
            key: Secret(FakeCreatomate.key),
            baseURL: fake.service.url,
            concessions: [.gain, .emphasis]
        )
        return Made(
            fake: fake,
            provider: CreatomateProvider(
                settings: settings,
                client: parts.client,
                meter: meter,
                pause: parts.pause
            )
        )
    }
}
