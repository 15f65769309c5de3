import Contracts
import Foundation
import LoopbackSupport
import Signatures
import Threads

/// A Remotion function and its bucket, as their contract says: renders that write their progress, and signed callbacks.
package final class FakeRemotionLambda: FakeJobService {
    package static let accessKeyId = "AKIDLAMBDA"
    package static let bucket = "remotionlambda-euwest1-abcdefghij"
    package static let function = "remotion-render-4-0-539-mem2048mb-disk2048mb-300sec"
    package let service: FakeService
    package let jobs: FakeJobs

    package init(isDown: Bool = false) throws {
        let jobs = FakeJobs()
        self.jobs = jobs
        service = try FakeService(
            isDown: isDown,
            trusts: { request in
                request.queryValue("X-Amz-Signature") != nil
                    || request.header("authorization")?.contains("Credential=\(Self.accessKeyId)/") == true
            },
            refusal: #"{"Message": "The security token included in the request is invalid."}"#,
            route: { Self.answer($0, jobs) }
        )
    }

    private static func answer(_ request: LoopbackRequest, _ jobs: FakeJobs) -> LoopbackAnswer {
        if request.path == "/2015-03-31/functions/\(function)/invocations" {
            let job = jobs.add(order: request.body) { "7-days-r\($0)" }
            guard job.member("type") == "start" else {
                return LoopbackAnswer(200, body: #"{"type": "error", "message": "no start"}"#)
            }
            return LoopbackAnswer(
                200,
                body: #"{"type": "success", "bucketName": "\#(bucket)", "renderId": "\#(job.id)"}"#
            )
        }
        guard request.path.hasPrefix("/\(bucket)/") else { return LoopbackAnswer(404) }
        let key = String(request.path.dropFirst(bucket.count + 2))
        if request.method == "PUT" { return LoopbackAnswer(200) }
        let parts = key.split(separator: "/").map(String.init)
        if parts.count == 3, parts[0] == "renders", parts[2] == "progress.json" {
            return jobs[parts[1]].map { LoopbackAnswer(200, body: progress($0)) } ?? LoopbackAnswer(404)
        }
        let made = jobs.all.first { $0.state == .done && $0.member("outName.key") == key }
        return made.flatMap(shape).map { LoopbackAnswer(200, bytes: $0.film) } ?? LoopbackAnswer(404)
    }

    /// As the render writes it.
    private static func progress(_ job: FakeJob) -> String {
        let begun = #""framesRendered": 10, "renderMetadata": {"frameRange": [0, 99], "totalChunks": 2}"#
        switch job.state {
        case .done:
            let name = #"{"bucketName": "\#(bucket)", "key": "\#(job.member("outName.key") ?? "")"}"#
            let size = shape(job)?.film.count ?? 0
            return #"{"errors": [], "renderMetadata": {"outName": \#(name)}, "#
                + #""postRenderData": {"outputSize": \#(size), "errors": []}}"#
        case .failed(let reason):
            let error = #"{"message": \#(FakeJSON.quoted(reason)), "isFatal": true, "willRetry": false}"#
            return #"{\#(begun), "errors": [\#(error)]}"#
        default: return #"{\#(begun), "errors": []}"#
        }
    }

    /// The props are JSON inside of JSON.
    private static func shape(_ job: FakeJob) -> FilmShape? {
        guard let props = job.member("inputProps.payload") else { return nil }
        let input = FakeJob(id: "", order: Array(props.utf8))
        guard let durationMs = input.member("short.duration_ms").flatMap({ Int($0) }),
            let ratio = input.member("short.canvases.0.aspect_ratio").flatMap(AspectRatio.init(rawValue:))
        else { return nil }
        return FilmShape(width: ratio.width, height: ratio.height, durationMs: durationMs)
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? {
        guard let job = jobs[id], let url = job.member("webhook.url"),
            let secret = job.member("webhook.secret"), let task = job.member("webhook.customData.task"),
            let ratio = job.member("webhook.customData.ratio"),
            let count = job.member("webhook.customData.of")
        else { return nil }
        var members: [(String, String?)] = [
            ("type", #""success""#), ("renderId", FakeJSON.quoted(id)),
            ("bucketName", FakeJSON.quoted(Self.bucket)), ("expectedBucketOwner", #""123456789012""#),
            ("customData", #"{"task": "\#(task)", "ratio": "\#(ratio)", "of": \#(count)}"#),
        ]
        let type = state == .done ? "success" : "error"
        if case .failed(let reason) = state {
            members[0].1 = #""error""#
            let error = #"{"message": \#(FakeJSON.quoted(reason)), "name": "Error", "stack": ""}"#
            members.append(("errors", "[\(error)]"))
        }
        return FakeCallback(url: url, body: FakeJSON.text(members)) { body in
            let code = HMACCode.make(of: Array(body.utf8), key: Array(secret.utf8), using: .sha512)
            return [
                ("content-type", "application/json"), ("x-remotion-mode", "production"),
                ("x-remotion-status", type), ("x-remotion-signature", "sha512=\(Hex.encode(code))"),
            ]
        }
    }
}
