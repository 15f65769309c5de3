import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Providers
import Signatures
import Store

/// Callbacks of providers: stored before they are answered, applied by the runtime.
struct CallbackRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    static let messageIdBytesMax = 255

    var endpoints: [Endpoint] {
        [Endpoint(.post, "/v1/callbacks/{provider}/{token}", .token, handler: receive)]
    }

    @Sendable private func receive(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let provider = services.providers[try context.parameter("provider")] else {
            throw Problem.noSuchObject
        }
        let token = try context.parameter("token")
        let body = try await request.boundedBody(
            bytesMax: configuration.limits.callbackBytesMax,
            context
        )
        let headers = CallbackHeaders(request.headers.map { ($0.name.canonicalName, $0.value) })
        switch provider.verify(headers: headers, body: [UInt8](body)) {
        case .rejected(let reason):
            try await record(request, provider, token: token, messageId: nil, body: body, rejection: reason)
            throw Problem(.invalidSignature, detail: "The callback is refused: \(reason).")
        case .verified(let messageId):
            guard messageId.utf8.count <= Self.messageIdBytesMax else {
                throw Problem(.invalidRequest, detail: "The id of the message is too long.")
            }
            return try answer(
                await record(
                    request,
                    provider,
                    token: token,
                    messageId: messageId,
                    body: body,
                    rejection: nil
                )
            )
        }
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

    /// A refused callback is kept under an id of ours: its own id must stay free for the genuine message.
    @discardableResult
    private func record(
        _ request: Request,
        _ provider: any Provider,
        token: String,
        messageId: String?,
        body: Data,
        rejection: String?
    ) async throws -> CallbackReceipt {
        let kept = rejection == nil ? body : body.prefix(configuration.limits.rejectedCallbackBytesMax)
        return try await services.store.recordCallback(
            provider: provider.name,
            tokenDigest: SHA256Digest.hash(Array(token.utf8)),
            messageId: messageId ?? ResourceID.make(.callback),
            headers: Self.keptHeaders(request),
            body: Data(kept),
            bodySha256: SHA256Digest.hex(body),
            verification: rejection == nil ? .verified : .rejected,
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
