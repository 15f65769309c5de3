import Foundation
import LoopbackSupport
import Threads

/// Amazon Transcribe as its contract says: jobs by our own names, and transcripts behind links.
package final class FakeAWSTranscribe: FakeSpeechService {
    package static let accessKeyId = "AKIDTEST"
    package let service: FakeService
    package let jobs: FakeJobs
    private let eventSecret: String?

    /// `transcript` is the whole file behind the link.
    ///
    /// `eventSecret` is what an API destination of EventBridge sends as `authorization`.
    package init(transcript: String, eventSecret: String? = nil, isDown: Bool = false) throws {
        self.eventSecret = eventSecret
        let jobs = FakeJobs()
        let port = Locked(0)
        self.jobs = jobs
        service = try FakeService(
            isDown: isDown,
            trusts: { request in
                request.method == "GET"
                    || request.header("authorization")?.contains("Credential=\(Self.accessKeyId)/") == true
            },
            refusal:
                #"{"__type": "UnrecognizedClientException", "message": "The security token is invalid."}"#,
            orders: { $0.header("x-amz-target") == "Transcribe.StartTranscriptionJob" },
            route: { request in
                guard request.method == "POST" else {
                    // A link of a quarter of an hour, or an object in the customer's own bucket.
                    let isLink = request.queryValue("X-Amz-Signature") != nil
                    let isGood =
                        isLink || request.header("authorization")?.contains("/s3/aws4_request") == true
                    return isGood
                        ? LoopbackAnswer(200, body: transcript)
                        : LoopbackAnswer(403, body: "<Error>AccessDenied</Error>")
                }
                let target = request.header("x-amz-target") ?? ""
                let order = FakeJob(id: "", order: request.body)
                guard target.hasPrefix("Transcribe."), let name = order.member("TranscriptionJobName") else {
                    return Self.trouble("BadRequestException", "The request is malformed.")
                }
                switch target {
                case "Transcribe.StartTranscriptionJob":
                    guard jobs[name] == nil else {
                        return Self.trouble("ConflictException", "The requested job name already exists.")
                    }
                    _ = jobs.add(id: name, order: request.body)
                case "Transcribe.DeleteTranscriptionJob":
                    jobs.remove(name)
                    return LoopbackAnswer(200, body: "{}")
                default: break
                }
                guard let job = jobs[name] else {
                    return Self.trouble("NotFoundException", "The requested job couldn't be found.")
                }
                let base = "http://127.0.0.1:\(port.withLock(\.self))"
                return LoopbackAnswer(200, body: #"{"TranscriptionJob": \#(Self.text(job, base))}"#)
            }
        )
        let listening = service.server.port
        port.withLock { $0 = listening }
    }

    private static func trouble(_ type: String, _ message: String) -> LoopbackAnswer {
        LoopbackAnswer(
            400,
            body: #"{"__type": "com.amazonaws.transcribe#\#(type)", "Message": "\#(message)"}"#
        )
    }

    private static func text(_ job: FakeJob, _ base: String) -> String {
        var members: [(String, String?)] = [
            ("TranscriptionJobName", FakeJSON.quoted(job.id)),
            ("TranscriptionJobStatus", FakeJSON.quoted(word(job.state))),
            ("LanguageCode", (job.member("LanguageCode") ?? "en-US").isEmpty ? nil : #""en-US""#),
        ]
        switch job.state {
        case .done:
            let uri =
                job.member("OutputBucketName").map { "\(base)/\($0)/\(job.member("OutputKey") ?? "")" }
                ?? "\(base)/aws-transcribe/asrOutput.json?X-Amz-Signature=abc"
            members.append(("Transcript", #"{"TranscriptFileUri": "\#(uri)"}"#))
        case .failed(let reason): members.append(("FailureReason", FakeJSON.quoted(reason)))
        default: break
        }
        return FakeJSON.text(members)
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting: "QUEUED"
        case .running: "IN_PROGRESS"
        case .done: "COMPLETED"
        case .failed: "FAILED"
        case .word(let word): word
        }
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        let detail = #"{"TranscriptionJobName": "\#(id)", "TranscriptionJobStatus": "\#(Self.word(state))"}"#
        return FakeCallback(
            url: "",
            headers: [("content-type", "application/json")]
                + (eventSecret.map { [("authorization", $0)] } ?? []),
            body:
                #"{"source": "aws.transcribe", "detail-type": "Transcribe Job State Change", "detail": \#(detail)}"#
        )
    }
}
