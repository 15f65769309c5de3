import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Signatures
import Store

/// Callbacks of the embedded worker: stored before they are answered, applied by the runtime.
struct CallbackRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    static let messageIdBytesMax = 255

    var endpoints: [Endpoint] {
        [Endpoint(.post, "/v1/callbacks/\(ProviderNames.worker)/{token}", .token, handler: receive)]
    }

    @Sendable private func receive(_ request: Request, _ context: APIContext) async throws -> Response {
        let token = try context.parameter("token")
        let body = try await request.boundedBody(
            bytesMax: configuration.limits.callbackBytesMax,
            context
        )
        do throws(SignatureError) {
            try verify(request, body: body)
        } catch {
            try await record(request, token: token, body: body, rejection: error.code.rawValue)
            throw Problem(.invalidSignature, detail: "The callback is refused: \(error.description).")
        }
        guard request.headers[.webhookId]?.utf8.count ?? 0 <= Self.messageIdBytesMax else {
            throw Problem(.invalidRequest, detail: "The webhook-id is too long.")
        }
        let receipt = try await record(request, token: token, body: body, rejection: nil)
        return try answer(receipt)
    }

    private func answer(_ receipt: CallbackReceipt) throws -> Response {
        switch receipt {
        case .stored:
            services.wakeRuntime()
            return try .json(["status": "stored"], status: .accepted)
        case .duplicate:
            return try .json(["status": "duplicate"])
        case .unknownTask, .rejected:
            throw Problem.noSuchObject
        case .conflict:
            throw Problem(.conflict, detail: "This message id came before with another body.")
        }
    }

    private func verify(_ request: Request, body: Data) throws(SignatureError) {
        let headers = WebhookHeaders(
            id: request.headers[.webhookId],
            timestamp: request.headers[.webhookTimestamp],
            signature: request.headers[.webhookSignature]
        )
        try WebhookSignature.verify(
            headers,
            body: Array(body),
            secrets: [configuration.workerSecret],
            now: Int64(services.now().timeIntervalSince1970)
        )
    }

    /// A refused callback is kept under an id of ours: its own id must stay free for the genuine message.
    @discardableResult
    private func record(
        _ request: Request,
        token: String,
        body: Data,
        rejection: String?
    ) async throws -> CallbackReceipt {
        let isRejected = rejection != nil
        let kept = isRejected ? body.prefix(configuration.limits.rejectedCallbackBytesMax) : body
        return try await services.store.recordCallback(
            provider: ProviderNames.worker,
            tokenDigest: SHA256Digest.hash(Array(token.utf8)),
            messageId: isRejected
                ? ResourceID.make(.callback) : request.headers[.webhookId] ?? ResourceID.make(.callback),
            headers: Self.keptHeaders(request),
            body: Data(kept),
            bodySha256: SHA256Digest.hex(body),
            verification: isRejected ? .rejected : .verified,
            reason: rejection
        )
    }

    /// The headers that tell who sent it and what was signed, none that could hold a secret.
    private static func keptHeaders(_ request: Request) -> [String: String] {
        let names: [HTTPField.Name] = [
            .webhookId, .webhookTimestamp, .webhookSignature, .contentType, .userAgent,
        ]
        var headers: [String: String] = [:]
        for name in names {
            if let value = request.headers[name] {
                headers[name.canonicalName] = String(value.prefix(WebhookHeaders.valueBytesMax))
            }
        }
        return headers
    }
}
