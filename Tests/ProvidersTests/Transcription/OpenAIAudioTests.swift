import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import StudioSupport
import Testing
import Threads

@testable import Providers

@Suite struct OpenAIAudioTests {
    private static let pool = ThreadPool(name: "pieces", threadCount: 1)
    /// Audio whose samples say which millisecond they belong to.
    private static let lengthMs = 65_000
    private static let file: [UInt8] = {
        var samples: [UInt8] = []
        samples.reserveCapacity(lengthMs * WaveHeader.bytesPerMs)
        for time in 0..<lengthMs {
            for _ in 0..<(WaveHeader.sampleRate / 1_000) { samples += [UInt8(time & 255), UInt8(time >> 8)] }
        }
        return WaveHeader.make(dataBytes: samples.count) + samples
    }()

    private let folder: URL
    private let pauses = Locked<[Int]>([])

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "pieces-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Serves the audio as the gateway does; `change` makes it do otherwise.
    private func audio(
        _ change: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer? = { _ in nil }
    ) throws -> LoopbackServer {
        try LoopbackServer.answering { request in
            if let answer = change(request) { return answer }
            let range = request.header("range")?.dropFirst("bytes=".count).split(separator: "-").compactMap {
                Int($0)
            }
            guard let range, range.count == 2, range[1] < Self.file.count else { return LoopbackAnswer(416) }
            return LoopbackAnswer(206, bytes: Array(Self.file[range[0]...range[1]]))
        }
    }

    /// One word each half second; a word that the piece cuts is heard wrong.
    private static func hear(_ order: FakeOpenAIAudio.Order) -> String {
        let first = Int(order.samples[0]) | Int(order.samples[1]) << 8
        let last = first + order.samples.count / WaveHeader.bytesPerMs
        var words: [String] = []
        for number in 0..<(lengthMs / 500) {
            let (start, end) = (number * 500 + 50, number * 500 + 350)
            guard end > first, start < last else { continue }
            let isCut = start < first || end > last
            let times = (Double(max(start - first, 0)) / 1_000, Double(min(end, last) - first) / 1_000)
            words.append(
                #"{"word": "\#(isCut ? "zz" : "w\(number)")", "start": \#(times.0), "end": \#(times.1)}"#
            )
        }
        return
            #"{"language": "english", "duration": 1, "text": "w0, w1.", "words": [\#(words.joined(separator: ","))]}"#
    }

    private func provider(
        _ fake: FakeOpenAIAudio,
        model: String = "whisper-1",
        wordTimes: OpenAIAudioSettings.WordTimes = .required
    ) -> OpenAIAudioProvider {
        OpenAIAudioProvider(
            settings: OpenAIAudioSettings(
                key: Secret(FakeOpenAIAudio.key),
                baseURL: "\(fake.service.url)/v1",
                model: model,
                wordTimes: wordTimes,
                chunkBytesMax: OpenAIAudioSettings.chunkBytesMin,
                temporaryFolder: folder
            ),
            client: SpeechBench.client,
            linkClient: SpeechBench.client,
            meter: SpeechBench.meter,
            pool: Self.pool,
            pause: { [pauses] milliseconds in pauses.withLock { $0.append(milliseconds) } }
        )
    }

    private func submit(_ provider: OpenAIAudioProvider, _ audio: LoopbackServer) async -> SubmitResult {
        let task = SpeechBench.task(audioURL: "\(audio.url)/a?signature=s", sizeBytes: Int64(Self.file.count))
        return await provider.submit(task, callbackSecret: SpeechBench.secret)
    }

    private func transcript(_ result: SubmitResult) throws -> HeardTranscript {
        guard case .made("tsk_1.1", .transcript(let transcript)) = result else {
            throw CallbackDoubt("\(result)")
        }
        return transcript
    }

    @Test func `long audio is heard in pieces, and each word once`() async throws {
        let (fake, audio) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }

        let heard = try transcript(await submit(provider(fake), audio))

        #expect(heard.words.map(\.text).prefix(3) == ["w0,", "w1.", "w2"])
        #expect(heard.words.dropFirst(2).map(\.text) == (2..<130).map { "w\($0)" })
        #expect(heard.words.map(\.startMs) == (0..<130).map { $0 * 500 + 50 })
        #expect(heard.words.map(\.endMs) == (0..<130).map { $0 * 500 + 350 })
        #expect(heard.language == "en" && heard.durationMs == Self.lengthMs && heard.warnings.isEmpty)
        #expect(fake.orders.count == 3)
        #expect(
            fake.orders.first?.fields == [
                "model": "whisper-1", "response_format": "verbose_json", "language": "en",
                "timestamp_granularities[]": "word+segment",
            ]
        )
        // No part of the audio is held in one piece, and no file stays.
        #expect(audio.received.allSatisfy { ($0.header("range")?.count ?? 0) > 0 })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `a piece that is not answered is sent again, and those before it are not`() async throws {
        let (fake, audio) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }
        fake.service.trouble(
            .passes,
            .answer(LoopbackAnswer(429, headers: [("retry-after", "7")])),
            .answer(LoopbackAnswer(500)),
            .answer(LoopbackAnswer(503, headers: [("retry-after-ms", "1500")]))
        )

        let heard = try transcript(await submit(provider(fake), audio))

        #expect(heard.words.count == 130)
        #expect(fake.orders.count == 3)
        #expect(pauses.withLock(\.self) == [7_000, 4_000, 1_500])
    }

    @Test(arguments: [500, 503])
    func `a service that goes on failing is given up`(status: Int) async throws {
        let (fake, audio) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }
        for _ in 0..<OpenAIAudioProvider.triesMax { fake.service.trouble(.answer(LoopbackAnswer(status))) }

        guard case .unreachable = await submit(provider(fake), audio) else {
            Issue.record("it was not given up")
            return
        }
        #expect(pauses.withLock(\.count) == OpenAIAudioProvider.triesMax - 1)
        #expect(fake.orders.isEmpty)
    }

    @Test(arguments: [429, 500, 503])
    func `when a later piece is not answered, what was paid for counts as an attempt`(
        status: Int
    ) async throws {
        let (fake, audio) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }
        fake.service.trouble(.passes)
        for _ in 0..<OpenAIAudioProvider.triesMax { fake.service.trouble(.answer(LoopbackAnswer(status))) }

        guard case .refused(let problem) = await submit(provider(fake), audio) else {
            Issue.record("it would begin again without being counted")
            return
        }
        #expect(problem.retryable == true)
        #expect(fake.orders.count == 1)
    }

    @Test func `an account without quota is not asked again, whatever its status says`() async throws {
        let (fake, audio) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }
        let error =
            #"{"error": {"message": "You exceeded your quota", "type": "insufficient_quota", "code": "insufficient_quota"}}"#
        fake.service.trouble(.answer(LoopbackAnswer(429, headers: [("retry-after", "1")], body: error)))

        guard case .refused(let problem) = await submit(provider(fake), audio) else {
            Issue.record("it is no refusal")
            return
        }
        #expect(problem.retryable == false && problem.detail.contains("insufficient_quota"))
        #expect(pauses.withLock(\.isEmpty))
    }

    @Test(arguments: [401, 403, 413, 400])
    func `a refusal is one at once`(status: Int) async throws {
        let (fake, audio) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }
        fake.service.trouble(.answer(LoopbackAnswer(status)))

        guard case .refused(let problem) = await submit(provider(fake), audio) else {
            Issue.record("it is no refusal")
            return
        }
        #expect(problem.retryable == false)
        #expect(pauses.withLock(\.isEmpty))
    }

    @Test(arguments: [
        "<html>", "{", #"{"text": "words without times"}"#,
        #"{"text": "a", "words": [{"word": "a", "start": "x", "end": 1}]}"#,
    ])
    func `an answer that cannot be read is not paid for again at once`(text: String) async throws {
        let (fake, audio) = (try FakeOpenAIAudio { _ in text }, try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }

        guard case .refused(let problem) = await submit(provider(fake), audio) else {
            Issue.record("it is no refusal")
            return
        }
        #expect(problem.retryable == true)
        #expect(fake.orders.count == 1)
    }

    @Test(arguments: ["gpt-transcribe", "gpt-4o-transcribe", "gpt-4o-transcribe-diarize"])
    func `a model without times of words is refused for captions, and says so`(model: String) async throws {
        let (fake, audio) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        defer {
            fake.service.stop()
            audio.stop()
        }

        guard case .refused(let problem) = await submit(provider(fake, model: model), audio) else {
            Issue.record("it is not refused")
            return
        }
        #expect(problem.detail.contains(model) && problem.detail.contains("word-highlight captions"))
        #expect(problem.retryable == false)
        #expect(fake.orders.isEmpty && audio.received.isEmpty)
    }

    @Test func `where estimated times are allowed, a warning says that they are`() async throws {
        let answers = [
            "gpt-transcribe": try SpeechBench.fixture("openai-audio/text.json"),
            "gpt-4o-transcribe-diarize": try SpeechBench.fixture("openai-audio/passages.json"),
        ]
        for (model, answer) in answers {
            let (fake, audio) = (try FakeOpenAIAudio { _ in answer }, try audio())
            defer {
                fake.service.stop()
                audio.stop()
            }
            let heard = try transcript(
                await submit(provider(fake, model: model, wordTimes: .estimated), audio)
            )

            #expect(heard.warnings.map(\.code) == ["word-times-estimated"])
            #expect(heard.words.first?.text == "Hello,")
            let isDiarized = model.contains("diarize")
            #expect(heard.words.first?.speaker == (isDiarized ? "A" : nil))
            #expect(heard.words.map(\.startMs) == heard.words.map(\.startMs).sorted())
            #expect(heard.words.allSatisfy { $0.endMs <= Self.lengthMs })
            #expect(fake.orders.first?.fields["response_format"] == (isDiarized ? "diarized_json" : "json"))
        }
    }

    @Test func `audio that is not there, or not what it should be, is told apart`() async throws {
        let fake = try FakeOpenAIAudio(hear: Self.hear)
        defer { fake.service.stop() }
        for (answer, isRefused) in [
            (LoopbackAnswer(404), false), (LoopbackAnswer(200, body: "all of it"), false),
            (LoopbackAnswer(206, body: "too little"), false),
            (LoopbackAnswer(206, bytes: [UInt8](repeating: 7, count: WaveHeader.headBytesMax)), true),
        ] {
            let audio = try audio { _ in answer }
            defer { audio.stop() }
            switch await submit(provider(fake), audio) {
            case .refused(let problem): #expect(isRefused && problem.retryable == false)
            case .unreachable(let problem): #expect(!isRefused && problem.slug == "artifact-missing")
            case let result: Issue.record("the result is \(result)")
            }
        }
        #expect(fake.orders.isEmpty)
    }

    @Test func `a store that sends its readers on is followed once`() async throws {
        let (fake, store) = (try FakeOpenAIAudio(hear: Self.hear), try audio())
        let url = store.url
        let gateway = try audio { _ in LoopbackAnswer(307, headers: [("location", "\(url)/b")]) }
        let circle = try audio { request in
            LoopbackAnswer(307, headers: [("location", "http://\(request.header("host") ?? "")/c")])
        }
        defer {
            fake.service.stop()
            for server in [store, gateway, circle] { server.stop() }
        }

        #expect(try transcript(await submit(provider(fake), gateway)).words.count == 130)
        guard case .unreachable = await submit(provider(fake), circle) else {
            Issue.record("a circle is followed")
            return
        }
        #expect(circle.received.count == 2)
    }

    @Test func `nothing is kept there, and nothing comes back`() async throws {
        let fake = try FakeOpenAIAudio(hear: Self.hear)
        defer { fake.service.stop() }
        let provider = provider(fake)
        let task = SpeechBench.reference("tsk_1.1")

        #expect(await provider.poll(task, told: nil) == .forgotten)
        #expect(await provider.find(task) == .notFound)
        await provider.cancel(externalId: "tsk_1.1")
        let callback = IncomingCallback(headers: CallbackHeaders([]), body: [], secret: SpeechBench.secret)
        guard case .rejected = provider.verify(callback) else {
            Issue.record("a callback is believed")
            return
        }
        #expect(fake.service.received.isEmpty)
    }
}
