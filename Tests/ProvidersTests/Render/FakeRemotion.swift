import Foundation
import LoopbackSupport
import Signatures
import Threads

@testable import Providers

/// A Remotion function and its bucket: renders start, and are as the test writes them into their progress.
final class FakeRemotion: Sendable {
    static let bucket = "remotionlambda-euwest1-abcdefghij"
    static let function = "remotion-render-4-0-539-mem2048mb-disk2048mb-300sec"

    struct State {
        var objects: [String: [UInt8]] = [:]
        /// Payloads of starts, in their order.
        var starts: [[UInt8]] = []
        /// What the starts are answered with instead, the first one first; nil for the usual answer.
        var startAnswers: [LoopbackAnswer?] = []
        /// Statuses of objects that are not handed out.
        var refusals: [String: Int] = [:]
    }

    let server: LoopbackServer
    private let state: Locked<State>

    init() throws {
        let state = Locked(State())
        self.state = state
        server = try LoopbackServer { connection in
            // One request for each connection: over a kept one, a client sends again what was cut off.
            guard let request = connection.readRequest() else { return }
            guard let answer = Self.answer(request, state) else { return connection.reset() }
            guard request.method == "HEAD" else {
                connection.respond(answer)
                return
            }
            // The length of what is not sent.
            connection.write(
                "HTTP/1.1 \(answer.status) Status\r\ncontent-length: \(answer.body.count)\r\n"
                    + "connection: close\r\n\r\n"
            )
        }
    }

    var objects: [String: [UInt8]] { state.withLock(\.objects) }
    var starts: [[UInt8]] { state.withLock(\.starts) }

    func change(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    func write(_ key: String, _ text: String) { change { $0.objects[key] = Array(text.utf8) } }

    func progress(_ id: String, _ text: String) { write("renders/\(id)/progress.json", text) }

    var cancelled: [String] {
        objects.keys.filter { $0.hasSuffix("/cancel.json") }.sorted()
            .map { String($0.dropFirst("renders/".count).dropLast("/cancel.json".count)) }
    }

    func settings(_ source: RemotionSettings.StatusSource = .progressFile) -> RemotionSettings {
        RemotionSettings(
            credentials: AWSCredentials(accessKeyId: "AKID", secretAccessKey: "s"),
            region: "eu-west-1",
            functionName: Self.function,
            serveURL: "https://\(Self.bucket).s3.eu-west-1.amazonaws.com/sites/clips",
            bucket: Self.bucket,
            statusSource: source,
            endpoint: server.url
        )
    }

    func provider(
        _ source: RemotionSettings.StatusSource = .progressFile,
        meter: ProviderMeter = ProviderMeter(),
        now: @escaping @Sendable () -> Date = { RenderBench.time },
        pause: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) -> RemotionProvider {
        RemotionProvider(
            settings: settings(source),
            client: RenderBench.client,
            meter: meter,
            now: now,
            pause: pause
        )
    }

    /// Nil to cut the connection.
    private static func answer(_ request: LoopbackRequest, _ state: Locked<State>) -> LoopbackAnswer? {
        let isInvocation = request.target == "/2015-03-31/functions/\(function)/invocations"
        let service = isInvocation ? "lambda" : "s3"
        guard request.header("authorization")?.contains("/eu-west-1/\(service)/aws4_request") == true else {
            return LoopbackAnswer(403, body: #"{"Message":"not signed"}"#)
        }
        return isInvocation ? invocation(request, state) : object(request, state)
    }

    private static func invocation(_ request: LoopbackRequest, _ state: Locked<State>) -> LoopbackAnswer? {
        guard request.method == "POST", request.header("x-amz-invocation-type") == "RequestResponse",
            let payload = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        else { return LoopbackAnswer(400, body: #"{"Message":"malformed"}"#) }
        if payload["type"] as? String == "status" {
            let id = payload["renderId"] as? String ?? ""
            let told = state.withLock { $0.objects["status/\(id)"] }
            return LoopbackAnswer(200, bytes: told ?? Array(#"{"errorMessage":"No render with ID"}"#.utf8))
        }
        return state.withLock { state in
            let chosen = state.startAnswers.isEmpty ? nil : state.startAnswers.removeFirst()
            if let chosen { return chosen.status == 0 ? nil : chosen }
            state.starts.append(request.body)
            let id = "7-days-r\(state.starts.count)"
            return LoopbackAnswer(
                200,
                body: #"{"type":"success","bucketName":"\#(bucket)","renderId":"\#(id)"}"#
            )
        }
    }

    private static func object(_ request: LoopbackRequest, _ state: Locked<State>) -> LoopbackAnswer {
        guard request.target.hasPrefix("/\(bucket)/") else { return LoopbackAnswer(404) }
        let key = String(request.target.dropFirst(bucket.count + 2))
        return state.withLock { state in
            if let status = state.refusals[key] { return LoopbackAnswer(status) }
            if request.method == "PUT" {
                state.objects[key] = request.body
                return LoopbackAnswer(200)
            }
            return state.objects[key].map { LoopbackAnswer(200, bytes: $0) } ?? LoopbackAnswer(404)
        }
    }
}

/// Progress files as a render writes them.
enum FakeProgress {
    static let launched = RenderBench.time.timeIntervalSince1970 * 1_000 - 60_000

    static func running(
        rendered: Int = 300,
        encoded: Int = 200,
        combined: Int = 0,
        errors: String = "[]"
    ) -> String {
        """
        {"chunks":[0],"framesRendered":\(rendered),"framesEncoded":\(encoded),"combinedFrames":\(combined),
        "renderMetadata":{"type":"video","totalChunks":12,"startedDate":\(launched),"frameRange":[0,599],
        "everyNthFrame":1,"outName":null},"postRenderData":null,"errors":\(errors),
        "functionLaunched":\(launched),"timeoutTimestamp":\(launched + 300_000),"cancellationEnabled":true}
        """
    }

    static func done(_ slug: String, bucket: String = FakeRemotion.bucket, size: Int = 5) -> String {
        """
        {"chunks":[0],"renderMetadata":{"outName":{"bucketName":"\(bucket)",
        "key":"renders/7-days-reelgate/tsk_1.1/\(slug).mp4"}},"errors":[],
        "postRenderData":{"outputSize":\(size),"outputFile":"https://s3.example/x.mp4","errors":[]}}
        """
    }

    static func failed(_ message: String) -> String {
        running(errors: #"[{"message":"\#(message)","isFatal":true,"willRetry":false,"type":"stitcher"}]"#)
    }
}
