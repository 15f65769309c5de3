import Foundation
import LoopbackSupport
import Signatures
import Threads

/// A receiver of webhooks that keeps every request it ever got, as the wire brought it.
final class Subscriber: Sendable {
    struct Receipt: Sendable {
        let messageId: String
        let bodySha256: String
        let isVerified: Bool
    }

    let secret = WebhookSecret.generate()
    private let receipts = Locked<[Receipt]>([])
    private let server: LoopbackServer

    init() throws {
        let (secret, receipts) = (secret, receipts)
        server = try LoopbackServer.answering { request in
            let id = request.header(WebhookHeaders.idName)
            let headers = WebhookHeaders(
                id: id,
                timestamp: request.header(WebhookHeaders.timestampName),
                signature: request.header(WebhookHeaders.signatureName)
            )
            let now = Int64(Date().timeIntervalSince1970)
            let isVerified: Bool
            do throws(SignatureError) {
                try WebhookSignature.verify(headers, body: request.body, secrets: [secret], now: now)
                isVerified = true
            } catch {
                isVerified = false
            }
            let receipt = Receipt(
                messageId: id ?? "",
                bodySha256: SHA256Digest.hex(request.body),
                isVerified: isVerified
            )
            receipts.withLock { $0.append(receipt) }
            return LoopbackAnswer(204)
        }
    }

    var url: String { "\(server.url)/hooks" }

    /// Everything that came, in order.
    var log: [Receipt] { receipts.withLock { $0 } }

    func stop() { server.stop() }
}
