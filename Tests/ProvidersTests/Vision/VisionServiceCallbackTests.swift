import Contracts
import Foundation
import LoopbackSupport
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct VisionServiceCallbackTests {
    private static let fixtures: [(String, VisionServiceAnswers.State)] = [
        ("running.json", .running(0.4)), ("without-faces.json", .done(nil)),
        (
            "succeeded.json",
            .done([
                ClipFaces(
                    clip: "clip-01",
                    tracks: [
                        SeenFace(
                            id: "face-0",
                            sightings: [
                                FaceSighting(
                                    tMs: 0,
                                    x: 0.41,
                                    y: 0.18,
                                    width: 0.13,
                                    height: 0.24,
                                    score: 0.97,
                                    mouthOpen: 0.3
                                ),
                                FaceSighting(
                                    tMs: 200,
                                    x: -0.02,
                                    y: 0.18,
                                    width: 0.13,
                                    height: 0.24,
                                    score: 0.95
                                ),
                            ]
                        )
                    ]
                ), ClipFaces(clip: "clip-02", tracks: []),
            ])
        ),
        (
            "failed.json",
            .failed(
                Problem(
                    .providerRefused,
                    detail:
                        "The vision service gave the work up (media_unreadable): The file of clip-01 has no video",
                    retryable: false
                )
            )
        ),
    ]

    /// The key that the fixtures are signed with.
    private func provider(
        _ key: String = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    ) throws -> VisionServiceProvider {
        VisionServiceProvider(
            settings: VisionServiceSettings(
                baseURL: "https://vision.example",
                access: .identity(.metadataServer()),
                callbackKeys: [try StandardWebhooksVerifier.key(Secret(key))]
            ),
            client: VisionBench.client,
            identityClient: VisionBench.client,
            meter: ProviderMeter(),
            now: { VisionBench.time }
        )
    }

    @Test(arguments: fixtures)
    func `a callback as it is posted is believed by its signature, and read`(
        name: String,
        state: VisionServiceAnswers.State
    ) async throws {
        let fixture = try CallbackFixture("vision-service/\(name)")
        let provider = try provider()

        guard case .verified(let id, .signed) = provider.verify(fixture.incoming(secret: nil)) else {
            Issue.record("it is not believed")
            return
        }
        #expect(id == fixture.headers["webhook-id"] && !fixture.note.isEmpty)
        #expect(provider.externalId(told: fixture.told) == "v-1")
        let told = try VisionServiceAnswers.read(Array(fixture.body.utf8), attempt: "tsk_1-1")
        #expect(told == VisionServiceAnswers.Told(jobId: "v-1", state: state))
    }

    @Test func `no fixture is left out`() throws {
        let folder = CallbackFixture.folder.appending(path: "vision-service")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(files) == Set(Self.fixtures.map(\.0)))
    }

    @Test func `a callback that was changed, is old, or is another's is not believed`() throws {
        let fixture = try CallbackFixture("vision-service/succeeded.json")
        func isBelieved(
            by provider: VisionServiceProvider? = nil,
            _ change: (inout CallbackFixture) -> Void
        ) throws -> Bool {
            var changed = fixture
            change(&changed)
            let verdict = try (provider ?? self.provider()).verify(changed.incoming())
            if case .verified = verdict { return true }
            return false
        }
        #expect(try isBelieved { _ in })
        #expect(try !isBelieved { $0.body += " " })
        #expect(try !isBelieved { $0.headers["webhook-id"] = "msg_2" })
        #expect(try !isBelieved { $0.headers["webhook-timestamp"] = "1796115899" })
        #expect(try !isBelieved { $0.headers["webhook-signature"] = nil })
        #expect(try !isBelieved { $0.headers["webhook-signature"] = "v1,AAAA" })
        let other = try provider(WebhookSecret.generate().reveal())
        #expect(try !isBelieved(by: other) { _ in })
    }

    @Test func `a signed report with the faces needs no question`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        let callback = try #require(bench.fake.callback(id, saying: .done))
        guard case .verified(_, .signed) = bench.provider.verify(callback.signed) else {
            Issue.record("it is not believed")
            return
        }
        let task = VisionBench.reference(id)
        guard case .made(.faces(let clips)) = await bench.provider.poll(task, told: callback.believed) else {
            Issue.record("the faces are not taken from it")
            return
        }
        #expect(clips.count == 2 && bench.fake.service.received.count == 1)

        let running = try #require(bench.fake.callback(id, saying: .running))
        guard case .report(let report) = await bench.provider.poll(task, told: running.believed) else {
            Issue.record("progress is no report")
            return
        }
        #expect(report.progress == 0.5 && bench.fake.service.received.count == 1)
    }

    @Test
    func `a report without the faces, of another attempt, or that cannot be read is followed by a question`()
        async throws
    {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        bench.fake.jobs.set(.done, of: id)
        let task = VisionBench.reference(id)
        let short = try #require(bench.fake.callback(id, saying: .done, isShort: true))
        let bodies = [
            short.body, "{", "", "[]", #"{"attempt_id": "tsk_1-2", "job_id": "\#(id)", "status": "failed"}"#,
            #"{"attempt_id": "tsk_1-1", "job_id": "v-77", "status": "failed"}"#,
        ]
        for (asked, body) in bodies.enumerated() {
            let told = ToldCallback(trust: .signed, body: Array(body.utf8))
            guard case .made = await bench.provider.poll(task, told: told) else {
                Issue.record("'\(body)' is not asked about")
                return
            }
            #expect(bench.fake.service.received.count == asked + 2)
        }
        // Nobody's word is no word.
        let guess = ToldCallback(
            trust: .capability,
            body: Array(short.body.replacing("succeeded", with: "failed").utf8)
        )
        guard case .made = await bench.provider.poll(task, told: guess) else {
            Issue.record("an unsigned report ends the work")
            return
        }
    }

    @Test func `a callback that comes before the reply names the work`() async throws {
        let bench = try VisionServiceBench()
        defer { bench.fake.service.stop() }
        bench.fake.service.trouble(.lostReply)
        guard case .unknownOutcome = await bench.submit() else {
            Issue.record("a lost reply tells the outcome")
            return
        }
        let callback = try #require(bench.fake.callback("v-1", saying: .done))
        #expect(bench.provider.externalId(told: callback.believed) == "v-1")
        for body in ["", "{}", "[]", "<html>", #"{"job_id": "a/b"}"#, #"{"job_id": 7}"#] {
            #expect(
                bench.provider.externalId(told: ToldCallback(trust: .signed, body: Array(body.utf8))) == nil
            )
        }
    }
}
