import Contracts
import Foundation
import OutboundHTTP
import Signatures
import Webhooks

/// Hands events on to an address of the developer's own, signed as the gateway would.
struct EventForwarder: Sendable {
    /// What became of one event, as a line of JSON.
    struct Line: Encodable {
        let id: String
        let type: String
        let runId: String?
        let createdAt: Date
        /// The status of the answer; left out where nothing is forwarded, or nobody answered.
        let status: Int?
        let error: String?
        let payload: String?

        var isFine: Bool { error == nil && status.map { (200..<300).contains($0) } ?? true }
    }

    let url: String?
    let secret: WebhookSecret
    let http: HTTPClient
    let now: @Sendable () -> Date

    /// One attempt: whoever develops sees at once what came of it.
    func forward(_ event: MessageView) async -> Line {
        guard let url, let payload = event.payload else { return Self.line(event) }
        let message = WebhookMessage(id: event.id, url: url, payload: Data(payload.utf8))
        do {
            let answer = try await http.send(message.request(now: now(), keys: [.secret(secret)]))
            return Self.line(event, status: answer.status)
        } catch {
            return Self.line(event, error: "\(error.code.rawValue): \(error)")
        }
    }

    private static func line(_ event: MessageView, status: Int? = nil, error: String? = nil) -> Line {
        Line(
            id: event.id,
            type: event.eventType,
            runId: event.runId,
            createdAt: event.createdAt,
            status: status,
            error: error,
            payload: event.payload
        )
    }
}
