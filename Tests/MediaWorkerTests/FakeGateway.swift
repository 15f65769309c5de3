import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Signatures
import Threads

/// A gateway that serves inputs, takes uploads and waits for callbacks, on a free loopback port.
final class FakeGateway: Sendable {
    struct Callback: Sendable {
        let headers: WebhookHeaders
        let body: Data
    }

    private struct State {
        var files: [String: Data] = [:]
        var uploads: [String: Data] = [:]
        var uploadDigests: [String: String] = [:]
        var downloads: [String: Int] = [:]
        var refusals: [String: [Int]] = [:]
    }

    private let state = Locked(State())
    let callbacks: AsyncStream<Callback>
    private let callbacksInput: AsyncStream<Callback>.Continuation

    init() { (callbacks, callbacksInput) = AsyncStream.makeStream() }

    /// Serves while `body` runs, which gets the base URL.
    func serve(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let (ports, portsInput) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in portsInput.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "gateway") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                for await port in ports { return try await body("http://127.0.0.1:\(port)") }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    func put(_ name: String, _ data: Data) { state.withLock { $0.files[name] = data } }
    func upload(_ name: String) -> Data? { state.withLock { $0.uploads[name] } }
    func uploadDigest(_ name: String) -> String? { state.withLock { $0.uploadDigests[name] } }
    func downloads(_ name: String) -> Int { state.withLock { $0.downloads[name] ?? 0 } }

    /// The next requests to this path are answered with these statuses.
    func refuse(_ path: String, with statuses: [Int]) { state.withLock { $0.refusals[path] = statuses } }

    /// The report of the next callback, once its signature is verified.
    func nextReport(secret: WebhookSecret) async throws -> TaskReport? {
        for await callback in callbacks {
            try WebhookSignature.verify(
                callback.headers,
                body: [UInt8](callback.body),
                secrets: [secret],
                now: Int64(Date().timeIntervalSince1970)
            )
            return try WireJSON.decode(TaskReport.self, from: callback.body)
        }
        return nil
    }

    private func refusal(_ path: String) -> Response? {
        let status = state.withLock { state -> Int? in
            guard let statuses = state.refusals[path], !statuses.isEmpty else { return nil }
            state.refusals[path] = Array(statuses.dropFirst())
            return statuses.first
        }
        return status.map { Response(status: .init(code: $0)) }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("files/**") { request, _ -> Response in
            let name = String(request.uri.path.dropFirst("/files/".count))
            if let refusal = self.refusal(request.uri.path) { return refusal }
            let data = self.state.withLock { state in
                state.downloads[name, default: 0] += 1
                return state.files[name]
            }
            guard let data else { return Response(status: .notFound) }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
        }
        router.put("v1/uploads/token/**") { request, _ -> Response in
            let name = String(request.uri.path.dropFirst("/v1/uploads/token/".count))
            if let refusal = self.refusal(request.uri.path) { return refusal }
            let digest = request.headers.first { $0.name.canonicalName == "x-content-sha256" }?.value
            let body = try await request.body.collect(upTo: 256 << 20)
            self.state.withLock { state in
                state.uploads[name] = Data(body.readableBytesView)
                state.uploadDigests[name] = digest
            }
            return Response(status: .created)
        }
        router.post("v1/callbacks/worker/token") { request, _ -> Response in
            if let refusal = self.refusal(request.uri.path) { return refusal }
            let body = try await request.body.collect(upTo: 8 << 20)
            func header(_ name: String) -> String? {
                request.headers.first { $0.name.canonicalName == name }?.value
            }
            self.callbacksInput.yield(
                Callback(
                    headers: WebhookHeaders(
                        id: header(WebhookHeaders.idName),
                        timestamp: header(WebhookHeaders.timestampName),
                        signature: header(WebhookHeaders.signatureName)
                    ),
                    body: Data(body.readableBytesView)
                )
            )
            return Response(status: .ok)
        }
        return router
    }
}
