import Contracts
import Foundation
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct CallbackFixtureTests {
    private static let ids: [(String, String?)] = [
        ("assemblyai/completed.json", "tr-1"), ("assemblyai/error.json", "tr-1"),
        ("assemblyai/redacted-audio.json", nil), ("deepgram/result.json", "req-1"),
        ("deepgram/error-code.json", "req-1"), ("deepgram/error-category.json", "req-1"),
        ("speechmatics/success.json", "job1"), ("speechmatics/fetch-error.json", "job1"),
        ("revai/transcribed.json", "Rev1"), ("revai/failed.json", "Rev1"),
        ("aws-transcribe/state-change.json", "reelgate-tsk_1-1"),
    ]

    private func provider(_ name: Substring) throws -> any Provider {
        let (client, meter, key) = (SpeechBench.client, SpeechBench.meter, Secret("k"))
        switch name {
        case "assemblyai":
            return AssemblyAIProvider(settings: AssemblyAISettings(key: key), client: client, meter: meter)
        case "deepgram":
            return DeepgramProvider(settings: DeepgramSettings(key: key), client: client, meter: meter)
        case "speechmatics":
            return SpeechmaticsProvider(
                settings: SpeechmaticsSettings(key: key),
                client: client,
                meter: meter
            )
        case "revai": return RevAIProvider(settings: RevAISettings(token: key), client: client, meter: meter)
        default:
            return AWSTranscribeProvider(
                settings: AWSTranscribeSettings(
                    credentials: AWSCredentials(accessKeyId: "a", secretAccessKey: "s"),
                    region: "eu-west-1",
                    callbackSecret: SpeechBench.secret
                ),
                client: client,
                linkClient: client,
                meter: meter,
                certificates: SNSCertificates(client: client)
            )
        }
    }

    @Test(arguments: ids)
    func `a callback as its provider posts it is believed, and names its job`(
        path: String,
        id: String?
    ) async throws {
        let fixture = try CallbackFixture(path)
        let provider = try provider(path.prefix { $0 != "/" })

        guard case .verified(let messageId, .secret) = await provider.verify(fixture.incoming()) else {
            Issue.record("it is not believed")
            return
        }
        #expect(!messageId.isEmpty && !fixture.note.isEmpty)
        #expect(provider.externalId(told: fixture.told) == id)
        #expect(fixture.body.utf8.count <= provider.callbackBytesMax)
        var forged = fixture
        forged.headers = fixture.headers.mapValues { String($0.dropLast()) }
        guard case .rejected = await provider.verify(forged.incoming()) else {
            Issue.record("a forged one is believed")
            return
        }
    }

    @Test func `no callback of these providers is left out`() throws {
        // Signed, so that it is read with the certificate that goes with it.
        let known = Set(Self.ids.map(\.0)).union(["aws-transcribe/sns-state-change.json"])
        let mine = Set(known.map { $0.prefix { $0 != "/" } })
        for name in mine {
            let folder = CallbackFixture.folder.appending(path: String(name))
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                #expect(known.contains("\(name)/\(file)"))
            }
        }
    }
}
