/// The three headers of a Standard Webhooks message, as received.
package struct WebhookHeaders: Sendable {
    package static let idName = "webhook-id"
    package static let timestampName = "webhook-timestamp"
    package static let signatureName = "webhook-signature"

    /// A header longer than this is refused unread.
    package static let valueBytesMax = 4096

    package var id: String?
    package var timestamp: String?
    package var signature: String?

    package init(id: String?, timestamp: String?, signature: String?) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
    }
}
