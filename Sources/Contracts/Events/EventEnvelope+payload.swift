package import Foundation

extension EventEnvelope {
    /// A payload is at most this large: receivers and what lies before them refuse what is much larger.
    package static let payloadBytesMax = 256 << 10

    /// The bytes that are sent under the message's id: the whole event, or one without the parts that make it too large.
    ///
    /// `links` are those to its parts when they are left out.
    package func payload(messageId: String, links: EventLinks? = nil) throws -> Data {
        var event = self
        event.id = messageId
        event.data.links = links ?? data.ownLinks
        var payload = try WireJSON.encode(event)
        // The largest first; each has its link, so nothing is lost.
        for leaveOut in Self.largeParts where payload.count > Self.payloadBytesMax {
            event.thin = true
            leaveOut(&event.data)
            payload = try WireJSON.encode(event)
        }
        return payload
    }

    private static let largeParts: [@Sendable (inout Content) -> Void] = [
        { $0.outputs = nil }, { $0.output = nil }, { $0.run = nil },
    ]
}
