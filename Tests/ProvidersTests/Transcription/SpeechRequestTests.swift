import Contracts
import Foundation
import OutboundHTTP
import Pipeline
import Signatures
import Testing

@testable import Providers

/// What goes on the wire to each provider, member by member.
@Suite struct SpeechRequestTests {
    private let key = Secret("k3y")
    private let audioURL = "https://media.example/v1/artifacts/art_1/content?expires=1&signature=s"

    private func input(_ language: String? = "de") throws -> TranscriptionInput {
        try TranscriptionInput(SpeechBench.task(language: language), provider: "bench")
    }

    private func body(_ request: HTTPRequest) -> String {
        String(decoding: request.body ?? [], as: UTF8.self)
    }

    private func header(_ request: HTTPRequest, _ name: String) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    @Test func `AssemblyAI gets a link, models, and the header of the callback`() throws {
        let requests = AssemblyAIRequests(settings: AssemblyAISettings(key: key))
        let request = try requests.submit(try input(), secret: SpeechBench.secret)

        #expect(request.method == "POST" && request.url == "https://api.assemblyai.com/v2/transcript")
        #expect(header(request, "authorization") == "k3y")
        #expect(
            body(request) == """
                {"audio_url":"\(audioURL)","language_code":"de","speaker_labels":true,\
                "speech_models":["universal-3-pro","universal-2"],\
                "webhook_auth_header_name":"X-Reelgate-Secret","webhook_auth_header_value":"s3cr3t-of-one-task",\
                "webhook_url":"https://gw.example/v1/callbacks/bench/t0k3n?task=tsk_1.1"}
                """
        )
        let detecting = body(try requests.submit(try input(nil), secret: SpeechBench.secret))
        #expect(detecting.contains(#""language_detection":true"#) && !detecting.contains("language_code"))
    }

    @Test func `Deepgram gets its options in the query and the password in the callback's address`() throws {
        let requests = DeepgramRequests(settings: DeepgramSettings(key: key))
        let request = try requests.submit(try input(), secret: SpeechBench.secret)

        #expect(
            request.url == """
                https://api.deepgram.com/v1/listen?model=nova-3&smart_format=true&punctuate=true&language=de\
                &extra=task%3Atsk_1.1&diarize_model=latest\
                &callback=https%3A%2F%2Freelgate%3As3cr3t-of-one-task%40gw.example%2Fv1%2Fcallbacks%2Fbench%2Ft0k3n\
                %3Ftask%3Dtsk_1.1&callback_method=POST
                """
        )
        #expect(header(request, "authorization") == "Token k3y")
        #expect(body(request) == #"{"url":"\#(audioURL)"}"#)
        let waiting = DeepgramRequests(settings: DeepgramSettings(key: key, delivery: .answer))
        let other = try waiting.submit(try input(nil), secret: SpeechBench.secret)
        #expect(other.url.contains("detect_language=true") && !other.url.contains("callback"))
        #expect((other.timeouts?.totalMilliseconds ?? 0) > 600_000)
    }

    @Test func `Speechmatics gets a form with its configuration`() throws {
        let requests = SpeechmaticsRequests(settings: SpeechmaticsSettings(key: key))
        let request = try requests.submit(try input("zh-CN"), secret: SpeechBench.secret, boundary: "b0")

        #expect(request.url == "https://asr.api.speechmatics.com/v2/jobs")
        #expect(header(request, "authorization") == "Bearer k3y")
        #expect(header(request, "content-type") == "multipart/form-data; boundary=b0")
        #expect(
            body(request) == """
                --b0\r
                content-disposition: form-data; name="config"\r
                content-type: application/json\r
                \r
                {"fetch_data":{"url":"\(audioURL)"},"notification_config":[{"auth_headers":\
                ["Authorization: Bearer s3cr3t-of-one-task"],"contents":["jobinfo"],"method":"post",\
                "url":"https://gw.example/v1/callbacks/bench/t0k3n?task=tsk_1.1"}],"tracking":{"reference":"tsk_1.1"},\
                "transcription_config":{"diarization":"speaker","language":"cmn","model":"enhanced"},\
                "type":"transcription"}\r
                --b0--\r

                """
        )
        #expect(requests.job("j").url.hasSuffix("/v2/jobs/j?wait=0"))
        let detecting = body(try requests.submit(try input(nil), secret: SpeechBench.secret, boundary: "b0"))
        #expect(detecting.contains(#""language":"auto""#))
    }

    @Test func `Rev ai gets the one header that it takes`() throws {
        let requests = RevAIRequests(settings: RevAISettings(token: key))
        let request = try requests.submit(try input(), language: "en-GB", secret: SpeechBench.secret)

        #expect(request.url == "https://api.rev.ai/speechtotext/v1/jobs")
        #expect(header(request, "authorization") == "Bearer k3y")
        #expect(
            body(request) == """
                {"language":"en-gb","metadata":"tsk_1.1","notification_config":{"auth_headers":\
                {"Authorization":"Bearer s3cr3t-of-one-task"},"url":"https://gw.example/v1/callbacks/bench/t0k3n?task=tsk_1.1"},\
                "skip_diarization":false,"source_config":{"url":"\(audioURL)"}}
                """
        )
    }

    @Test func `AWS gets an object of S3 and a name of ours, signed`() throws {
        let settings = AWSTranscribeSettings(
            credentials: AWSCredentials(accessKeyId: "AKID", secretAccessKey: "s"),
            region: "eu-west-1",
            outputBucket: "out",
            dataAccessRole: "arn:aws:iam::1:role/r",
            speakersMax: 4
        )
        let media = try #require(S3Object(bucket: "media", key: "t/audio.wav"))
        let name = AWSTranscribeRequests.jobName(taskId: "tsk_1", attempt: 2)
        let request = try AWSTranscribeRequests(settings: settings)
            .start(name, media: media, language: "de", now: 1_700_000_000)

        #expect(request.url == "https://transcribe.eu-west-1.amazonaws.com/")
        #expect(header(request, "x-amz-target") == "Transcribe.StartTranscriptionJob")
        #expect(header(request, "content-type") == "application/x-amz-json-1.1")
        #expect(header(request, "authorization")?.contains("/eu-west-1/transcribe/aws4_request") == true)
        #expect(
            body(request) == """
                {"JobExecutionSettings":{"AllowDeferredExecution":true,"DataAccessRoleArn":"arn:aws:iam::1:role/r"},\
                "LanguageCode":"de-DE","Media":{"MediaFileUri":"s3://media/t/audio.wav"},"OutputBucketName":"out",\
                "OutputKey":"reelgate/transcripts/reelgate-tsk_1-2.json",\
                "Settings":{"MaxSpeakerLabels":4,"ShowSpeakerLabels":true},\
                "TranscriptionJobName":"reelgate-tsk_1-2"}
                """
        )
    }

    @Test(arguments: [
        ("https://b-1.s3.eu-west-1.amazonaws.com/t/a%20b.wav?X-Amz-Signature=1", "s3://b-1/t/a b.wav"),
        ("https://a.b.s3.amazonaws.com/k", "s3://a.b/k"),
        ("https://s3.eu-west-1.amazonaws.com/b-1/t/k", "s3://b-1/t/k"),
        ("https://s3.cn-north-1.amazonaws.com.cn/b-1/k", "s3://b-1/k"),
        ("http://b-1.s3.amazonaws.com/k", nil),
        ("https://gw.example/v1/artifacts/a/content", nil), ("https://b-1.s3.amazonaws.com.evil.test/k", nil),
        ("https://evil.test/b-1.s3.amazonaws.com/k", nil), ("https://b-1.s3.amazonaws.com@evil.test/k", nil),
        ("https://b-1.s3.amazonaws.com:8443/k", nil), ("https://b-1.s3.amazonaws.com/", nil),
        ("s3://b/k", nil),
        ("https://s3.amazonaws.com/b-1", nil), ("https://notreally-s3.amazonaws.com/b-1/k", nil), ("", nil),
    ])
    func `a link to S3 is told from any other`(link: String, uri: String?) {
        #expect(S3Object(link: link)?.uri == uri)
    }

    @Test func `settings show no key`() {
        let shown = [
            "\(AssemblyAISettings(key: key))", "\(DeepgramSettings(key: key))",
            "\(SpeechmaticsSettings(key: key))",
            "\(RevAISettings(token: key))", "\(OpenAIAudioSettings(key: key))",
            "\(AWSTranscribeSettings(credentials: AWSCredentials(accessKeyId: "a", secretAccessKey: "k3y"), region: "r"))",
        ]
        for text in shown { #expect(!text.contains("k3y")) }
    }

    @Test(arguments: [
        (nil, true, 30_000, 60_000, 7_200_000), (60_000, true, 30_000, 60_000, 900_000),
        (60_000, false, 30_000, 10_000, 900_000), (7_200_000, false, 300_000, 10_000, 14_400_000),
        (86_400_000, true, 300_000, 60_000, 172_800_000),
    ])
    func `a transcription is asked for by its length`(
        mediaMs: Int?,
        hasCallbacks: Bool,
        first: Int,
        pauseMax: Int,
        deadline: Int
    ) {
        let schedule = PollSchedule.transcription(mediaMs: mediaMs, hasCallbacks: hasCallbacks)

        #expect(schedule.firstDelayMs == first && schedule.delayMsMax == pauseMax)
        #expect(schedule.deadlineMs == deadline && schedule.factor == 1.5)
        #expect(schedule.delayMs(beforePoll: 0) == first)
        #expect(schedule.delayMs(beforePoll: 9) == pauseMax)
    }
}
