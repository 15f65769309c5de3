import Contracts
package import Foundation
package import LoopbackSupport
import Signatures

/// Amazon Rekognition Video as its contract says: jobs by our own tokens, and faces page by page.
package final class FakeRekognition: FakeJobService {
    package static let accessKeyId = "AKIDTEST"
    package let service: FakeService
    package let jobs: FakeJobs
    private let topic: FakeTopic
    private let now: @Sendable () -> Date

    /// `detections` are what it sees: JSON, one for each face at one time.
    package init(
        detections: [String],
        pageSize: Int = 1_000,
        topic: FakeTopic = FakeTopic(),
        isDown: Bool = false,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        let jobs = FakeJobs()
        self.jobs = jobs
        self.topic = topic
        self.now = now
        service = try FakeService(
            isDown: isDown,
            trusts: { request in
                let signed = request.header("authorization") ?? ""
                return signed.contains("Credential=\(Self.accessKeyId)/")
                    && signed.contains("/rekognition/aws4_request")
            },
            refusal:
                #"{"__type": "UnrecognizedClientException", "message": "The security token is invalid."}"#,
            orders: { $0.header("x-amz-target") == "RekognitionService.StartFaceDetection" },
            route: { request in
                let order = FakeJob(id: "", order: request.body)
                switch request.header("x-amz-target") {
                case "RekognitionService.StartFaceDetection": return Self.start(order, jobs)
                case "RekognitionService.GetFaceDetection":
                    return Self.page(order, jobs, detections, pageSize)
                default: return Self.trouble("UnknownOperationException", "There is no such operation.")
                }
            }
        )
    }

    /// A face as it stands in an answer.
    package static func detection(
        _ tMs: Int,
        left: Double = FakeFaces.box.left,
        top: Double = FakeFaces.box.top,
        width: Double = FakeFaces.box.width,
        height: Double = FakeFaces.box.height,
        confidence: Double = 99.5
    ) -> String {
        let box = #"{"Left": \#(left), "Top": \#(top), "Width": \#(width), "Height": \#(height)}"#
        let mark = #"{"Type": "eyeLeft", "X": 0.4, "Y": 0.3}"#
        return
            #"{"Timestamp": \#(tMs), "Face": {"BoundingBox": \#(box), "Confidence": \#(confidence), "Landmarks": [\#(mark)]}}"#
    }

    package static func trouble(_ type: String, _ message: String) -> LoopbackAnswer {
        LoopbackAnswer(
            400,
            body: #"{"__type": "com.amazonaws.rekognition#\#(type)", "Message": "\#(message)"}"#
        )
    }

    private static func start(_ order: FakeJob, _ jobs: FakeJobs) -> LoopbackAnswer {
        guard let token = order.member("ClientRequestToken"),
            token.wholeMatch(of: /[a-zA-Z0-9\-_]{1,64}/) != nil, order.member("Video.S3Object.Bucket") != nil
        else { return trouble("InvalidParameterException", "Request has invalid parameters.") }
        if let known = jobs.all.first(where: { $0.member("ClientRequestToken") == token }) {
            guard known.order == order.order else {
                return trouble("IdempotentParameterMismatchException", "The token is used already.")
            }
            return LoopbackAnswer(200, body: #"{"JobId": "\#(known.id)"}"#)
        }
        // No two jobs of anybody have one id.
        let job = jobs.add(id: SHA256Digest.hex(Array(token.utf8)), order: order.order)
        return LoopbackAnswer(200, body: #"{"JobId": "\#(job.id)"}"#)
    }

    private static func page(
        _ order: FakeJob,
        _ jobs: FakeJobs,
        _ detections: [String],
        _ pageSize: Int
    ) -> LoopbackAnswer {
        guard let job = order.member("JobId").flatMap({ jobs[$0] }) else {
            return trouble("ResourceNotFoundException", "The requested resource could not be found.")
        }
        var members: [(String, String?)] = [
            ("JobId", FakeJSON.quoted(job.id)), ("JobStatus", FakeJSON.quoted(word(job.state))),
        ]
        switch job.state {
        case .done:
            let first = order.member("NextToken").flatMap { Int($0.dropFirst("page-".count)) } ?? 0
            let last = min(first + pageSize, detections.count)
            members += [
                ("VideoMetadata", #"{"DurationMillis": 20000, "FrameRate": 30, "FrameWidth": 1920}"#),
                ("Faces", "[\(detections[first..<last].joined(separator: ", "))]"),
                ("NextToken", last < detections.count ? "\"page-\(last)\"" : nil),
            ]
        case .failed(let reason): members.append(("StatusMessage", FakeJSON.quoted(reason)))
        default: break
        }
        return LoopbackAnswer(200, body: FakeJSON.text(members))
    }

    private static func word(_ state: FakeJobState) -> String {
        switch state {
        case .waiting, .running: "IN_PROGRESS"
        case .done: "SUCCEEDED"
        case .failed: "FAILED"
        case .word(let word): word
        }
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        callback(id, saying: Self.word(state))
    }

    /// The message about the end of a job, by the topic; `status` is in the words of pushes.
    package func callback(_ id: String, saying status: String) -> FakeCallback? {
        guard let job = jobs[id], job.member("NotificationChannel.SNSTopicArn") == topic.arn else {
            return nil
        }
        let video =
            #"{"S3ObjectName": "\#(job.member("Video.S3Object.Name") ?? "")", "S3Bucket": "\#(job.member("Video.S3Object.Bucket") ?? "")"}"#
        let tag = job.member("JobTag") ?? ""
        let message =
            #"{"JobId": "\#(id)", "Status": "\#(status)", "API": "StartFaceDetection", "JobTag": "\#(tag)", "Timestamp": 1796116200000, "Video": \#(video)}"#
        // The id of a message has letters, digits and `-` only, and 128 of them.
        return topic.notification(
            message,
            id: "sns-\(id.prefix(32))-\(status)",
            time: Timestamp.format(now())
        )
    }
}
