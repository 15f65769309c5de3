import Contracts
import Foundation
import Signatures
import Threads

/// What `webhooks receive` has received, as JSON lines.
final class ReceivedLog: Sendable {
    static let bodyBytesMax = 1 << 20

    /// One line of the log.
    private struct Line: Encodable {
        let verified: Bool
        let reason: String?
        let id: String?
        let type: String?
        let runId: String?
        let body: String
        let timestamp: String?
        let signature: String?
    }

    private struct State {
        var endpoint: EndpointView?
        var hasFailed = false
    }

    private let path: String?
    private let state = Locked(State())

    init(path: String?) {
        self.path = path
        if let path { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    }

    var endpoint: EndpointView? { state.withLock(\.endpoint) }
    var hasFailed: Bool { state.withLock(\.hasFailed) }

    func opened(_ endpoint: EndpointView) {
        state.withLock { $0.endpoint = endpoint }
        write(#"{"listening":"\#(endpoint.url)","endpoint_id":"\#(endpoint.id)"}"#)
    }

    func failed(_ error: any Error) {
        state.withLock { $0.hasFailed = true }
        FileHandle.standardError.write(Data("cannot subscribe: \(error)\n".utf8))
        kill(getpid(), SIGTERM)
    }

    /// Verifies one webhook, writes its line, and says whether it was genuine.
    func receive(_ headers: WebhookHeaders, body: [UInt8], secret: WebhookSecret, now: Date) -> Bool {
        var reason: String?
        do {
            try WebhookSignature.verify(
                headers,
                body: body,
                secrets: [secret],
                now: Int64(now.timeIntervalSince1970)
            )
        } catch {
            reason = "\(error)"
        }
        let event = try? WireJSON.decode(EventEnvelope.self, from: Data(body))
        let line = Line(
            verified: reason == nil,
            reason: reason,
            id: headers.id,
            type: event?.type.rawValue,
            runId: event?.data.run?.id ?? event?.data.output?.runId,
            body: String(decoding: body, as: UTF8.self),
            timestamp: headers.timestamp,
            signature: headers.signature
        )
        if let data = try? WireJSON.encode(line) { write(String(decoding: data, as: UTF8.self)) }
        return reason == nil
    }

    private func write(_ line: String) {
        let data = Data((line + "\n").utf8)
        state.withLock { _ in
            FileHandle.standardOutput.write(data)
            guard let path, let file = FileHandle(forWritingAtPath: path) else { return }
            defer { try? file.close() }
            _ = try? file.seekToEnd()
            try? file.write(contentsOf: data)
        }
    }
}
