import Foundation
import LoopbackSupport
import Pipeline
import Providers
import Signatures
import StudioSupport
import Threads

extension FakeSetup {
    /// Services that transcribe.
    static let transcription = [
        assemblyAI, deepgram, deepgramAtOnce, speechmatics, revAI, awsTranscribe, openAIAudio,
    ]

    private static let meter = ProviderMeter()

    static let assemblyAI = FakeSetup(
        name: "assemblyai",
        stage: .transcribe,
        proof: .shown,
        submission: .findable
    ) { parts in
        let fake = try FakeAssemblyAI(transcript: FakeTalk.assemblyAI, isDown: parts.isDown)
        let settings = AssemblyAISettings(key: Secret(FakeAssemblyAI.key), baseURL: fake.service.url)
        return Made(
            fake: fake,
            provider: AssemblyAIProvider(settings: settings, client: parts.client, meter: meter)
        )
    }

    /// Its project's log can be read: that tells how a request is, and not what it made.
    static let deepgram = FakeSetup(
        name: "deepgram",
        stage: .transcribe,
        proof: .shown,
        bringsResult: true,
        isAsked: false,
        submission: .findable,
        loss: .unheard
    ) { try deepgram($0, delivery: .callback, projectId: FakeDeepgram.project) }

    static let deepgramAtOnce = FakeSetup(
        name: "deepgram-answer",
        stage: .transcribe,
        isAsked: false,
        answersAtOnce: true
    ) { try deepgram($0, name: "deepgram-answer", delivery: .answer, projectId: nil) }

    private static func deepgram(
        _ parts: Parts,
        name: String = DeepgramProvider.standardName,
        delivery: DeepgramSettings.Delivery,
        projectId: String?
    ) throws -> Made {
        let fake = try FakeDeepgram(transcript: FakeTalk.deepgram, isDown: parts.isDown)
        let settings = DeepgramSettings(
            key: Secret(FakeDeepgram.key),
            baseURL: fake.service.url,
            delivery: delivery,
            projectId: projectId
        )
        let provider = DeepgramProvider(
            name: name,
            settings: settings,
            client: parts.client,
            meter: meter,
            now: parts.now
        )
        return Made(fake: fake, provider: provider)
    }

    static let speechmatics = FakeSetup(
        name: "speechmatics",
        stage: .transcribe,
        proof: .shown,
        submission: .findable
    ) { parts in
        let fake = try FakeSpeechmatics(transcript: FakeTalk.speechmatics, isDown: parts.isDown)
        let settings = SpeechmaticsSettings(key: Secret(FakeSpeechmatics.key), baseURL: fake.service.url)
        return Made(
            fake: fake,
            provider: SpeechmaticsProvider(settings: settings, client: parts.client, meter: meter)
        )
    }

    static let revAI = FakeSetup(
        name: "revai",
        stage: .transcribe,
        proof: .shown,
        submission: .findable
    ) { parts in
        let fake = try FakeRevAI(transcript: FakeTalk.revAI, isDown: parts.isDown)
        let settings = RevAISettings(token: Secret(FakeRevAI.token), baseURL: fake.service.url)
        return Made(
            fake: fake,
            provider: RevAIProvider(settings: settings, client: parts.client, meter: meter)
        )
    }

    /// Its events come by an API destination of EventBridge; it throttles with status 400 and no time to wait.
    static let awsTranscribe = FakeSetup(
        name: "aws-transcribe",
        stage: .transcribe,
        proof: .shown,
        sharesAddress: true,
        answerToGarbage: 422,
        submission: .idempotent,
        busy: LoopbackAnswer(400, body: #"{"__type": "ThrottlingException", "Message": "Rate exceeded"}"#),
        busyMs: 5_000,
        linkBase: "https://media.s3.eu-west-1.amazonaws.com"
    ) { parts in
        let secret = "a secret of the event bus"
        let fake = try FakeAWSTranscribe(
            transcript: FakeTalk.awsTranscribe,
            eventSecret: secret,
            isDown: parts.isDown
        )
        let settings = AWSTranscribeSettings(
            credentials: AWSCredentials(
                accessKeyId: FakeAWSTranscribe.accessKeyId,
                secretAccessKey: "secret"
            ),
            region: "eu-west-1",
            callbackSecret: Secret(secret),
            endpoint: fake.service.url
        )
        let provider = AWSTranscribeProvider(
            settings: settings,
            client: parts.client,
            linkClient: parts.client,
            meter: meter,
            certificates: SNSCertificates(client: parts.client),
            now: parts.now
        )
        return Made(fake: fake, provider: provider)
    }

    static let openAIAudio = FakeSetup(
        name: "openai-audio",
        stage: .transcribe,
        isAsked: false,
        answersAtOnce: true,
        waitsItself: true
    ) { parts in
        let fake = try FakeOpenAIAudio(isDown: parts.isDown) { _ in FakeTalk.openAIAudio }
        let settings = OpenAIAudioSettings(key: Secret(FakeOpenAIAudio.key), baseURL: fake.service.url)
        let provider = OpenAIAudioProvider(
            settings: settings,
            client: parts.client,
            linkClient: parts.client,
            meter: meter,
            pool: pool,
            pause: parts.pause
        )
        return Made(fake: fake, provider: provider)
    }

    private static let pool = ThreadPool(name: "audio", threadCount: 2)
}
