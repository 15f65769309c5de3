package import Foundation

extension EventEnvelope {
    /// A payload is at most this large: receivers and what lies before them refuse what is much larger.
    package static let payloadBytesMax = 256 << 10

    /// The bytes that are sent under the message's id: the whole event, or one without the parts that make it too large.
    ///
    /// What is left when every part is gone are ids and a time, which are short. `links` are those to its parts when they
    /// are left out.
    package func payload(messageId: String, links: EventLinks? = nil) throws -> Data {
        var event = self
        event.id = messageId
        event.data.links = links ?? data.ownLinks
        var payload = try WireJSON.encode(event)
        // Those that grow with a run first; each can be read by its link, so nothing is lost.
        for leaveOut in Self.parts where payload.count > Self.payloadBytesMax {
            event.thin = true
            leaveOut(&event.data)
            payload = try WireJSON.encode(event)
        }
        return payload
    }

    /// In the order in which they are left out, as the guide and the schemas say it.
    private static let parts: [@Sendable (inout Content) -> Void] = [
        { $0.outputs = nil }, { $0.output = nil }, { $0.run = nil }, { $0.plan = nil }, { $0.endpoint = nil },
        { $0.reason = nil },
    ]
}
