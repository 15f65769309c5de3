import Contracts
import Foundation
import OutboundHTTP
import Pipeline
import Signatures
import StudioSupport
import Testing

@testable import Providers

/// One adapter with a service of the tests behind it.
struct SpeechBench: Sendable, CustomTestStringConvertible {
    static let taskId = "tsk_1"
    static let secret = Secret("s3cr3t-of-one-task")

    var name: String
    var make: @Sendable () throws -> (any FakeSpeechService, any Provider)
    /// Where the callback says the job, and the adapter shows its secret; not so for AWS, whose names are ours.
    var hasOwnCallbacks = true
    /// What the service says in the bench's own talk, as its labels are.
    var speakers: [String]
    var language: String? = "en"
    var testDescription: String { name }

    static let time = Date(timeIntervalSince1970: 1_796_116_200)
    static let meter = ProviderMeter()
    static let client = HTTPClient(policy: .allowPrivateNetworks)

    static func fixture(_ path: String) throws -> String {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Fixtures/providers/\(path)"), encoding: .utf8)
    }

    static func task(
        _ kind: ProviderTask.Kind = .transcribe,
        language: String? = "en",
        audioURL: String = "https://media.example/v1/artifacts/art_1/content?expires=1&signature=s",
        sizeBytes: Int64 = 96_044
    ) -> ProviderTask {
        ProviderTask(
            taskId: taskId,
            attempt: 1,
            kind: kind,
            deadline: time,
            callbackUrl: "https://gw.example/v1/callbacks/bench/t0k3n",
            uploadUrl: "https://gw.example/v1/uploads/t0k3n",
            inputs: [
                ProviderTask.Input(
                    name: "audio.wav",
                    url: audioURL,
                    sha256: String(repeating: "a", count: 64),
                    sizeBytes: sizeBytes
                )
            ],
            parameters: ProviderTask.Parameters(language: language)
        )
    }

    static func reference(_ externalId: String) -> TaskReference {
        TaskReference(taskId: taskId, attempt: 1, externalId: externalId)
    }

    static func meter(_ provider: String, unknownStatus word: String) -> Int {
        meter.snapshot.unknownStatuses[ProviderMeter.Key(provider: provider, word: word)] ?? 0
    }

    static let assemblyAI = SpeechBench(
        name: "assemblyai",
        make: {
            // The fixture is a whole answer; the service adds its own id and state.
            let whole = try fixture("assemblyai/completed.json")
            let members = whole.split(separator: "\n").filter {
                !$0.contains("\"id\"") && !$0.contains("\"status\"")
            }
            let text = members.dropFirst().dropLast().joined(separator: "\n")
            let fake = try FakeAssemblyAI(transcript: text)
            let settings = AssemblyAISettings(key: Secret(FakeAssemblyAI.key), baseURL: fake.service.url)
            return (fake, AssemblyAIProvider(settings: settings, client: client, meter: meter))
        },
        speakers: ["A", "B"],
        language: "en-US"
    )

    static let speechmatics = SpeechBench(
        name: "speechmatics",
        make: {
            let fake = try FakeSpeechmatics(transcript: try fixture("speechmatics/transcript.json"))
            let settings = SpeechmaticsSettings(key: Secret(FakeSpeechmatics.key), baseURL: fake.service.url)
            return (fake, SpeechmaticsProvider(settings: settings, client: client, meter: meter))
        },
        speakers: ["S1", "S2"]
    )

    static let revAI = SpeechBench(
        name: "revai",
        make: {
            let fake = try FakeRevAI(transcript: try fixture("revai/transcript.json"))
            let settings = RevAISettings(token: Secret(FakeRevAI.token), baseURL: fake.service.url)
            return (fake, RevAIProvider(settings: settings, client: client, meter: meter))
        },
        speakers: ["0", "1"]
    )

    static let awsTranscribe = SpeechBench(
        name: "aws-transcribe",
        make: {
            let fake = try FakeAWSTranscribe(transcript: try fixture("aws-transcribe/transcript.json"))
            return (fake, aws(fake))
        },
        hasOwnCallbacks: false,
        speakers: ["spk_0", "spk_1"],
        language: "en-US"
    )

    static func aws(
        _ fake: FakeAWSTranscribe,
        outputBucket: String? = nil,
        callbackSecret: Secret? = nil
    ) -> AWSTranscribeProvider {
        let credentials = AWSCredentials(
            accessKeyId: FakeAWSTranscribe.accessKeyId,
            secretAccessKey: "secret"
        )
        return AWSTranscribeProvider(
            settings: AWSTranscribeSettings(
                credentials: credentials,
                region: "eu-west-1",
                outputBucket: outputBucket,
                callbackSecret: callbackSecret,
                endpoint: fake.service.url
            ),
            client: client,
            linkClient: client,
            meter: meter,
            certificates: SNSCertificates(client: client),
            now: { time }
        )
    }

    static let jobs = [assemblyAI, speechmatics, revAI, awsTranscribe]

    /// Of AWS the audio has to lie in S3.
    func order(_ kind: ProviderTask.Kind = .transcribe) -> ProviderTask {
        hasOwnCallbacks
            ? Self.task(kind)
            : Self.task(
                kind,
                audioURL: "https://media.s3.eu-west-1.amazonaws.com/t/audio.wav?X-Amz-Signature=1"
            )
    }

    /// The talk that all fixtures hold.
    var words: [HeardWord] {
        let talk: [(String, Int, Int, Double, Int)] = [
            ("Hello,", 120, 500, 0.99, 0), ("world.", 560, 1_000, 0.97, 0), ("It", 1_500, 1_620, 0.91, 1),
            ("works,", 1_700, 2_100, 0.88, 1), ("really!", 2_240, 2_800, 0.95, 1),
        ]
        return talk.map { text, start, end, confidence, speaker in
            HeardWord(
                text: text,
                startMs: start,
                endMs: end,
                confidence: confidence,
                speaker: speakers[speaker]
            )
        }
    }
}

extension FakeCallback {
    /// As it would come in, with what the address says that the task was given.
    func incoming(secret: Secret? = SpeechBench.secret) -> IncomingCallback {
        IncomingCallback(
            headers: CallbackHeaders(headers),
            query: query,
            body: Array(body.utf8),
            secret: secret
        )
    }

    var told: ToldCallback { ToldCallback(trust: .secret, query: query, body: Array(body.utf8)) }

    private var query: CallbackQuery { CallbackQuery(String(url.drop { $0 != "?" }.dropFirst())) }
}
