package import Foundation

/// The body of a webhook: `{id, type, timestamp, data}`.
package struct EventEnvelope: Codable, Sendable, Hashable {
    /// What the event is about.
    ///
    /// `run` is the run as `GET /v1/runs/{id}` shows it.
    package struct Content: Codable, Sendable, Hashable {
        package var run: RunView?
        /// The plan to review (`run.review_requested`), with a link to it.
        package var plan: ArtifactView?
        /// One short (`output.*`) without its words.
        package var output: OutputView?
        /// All shorts (`delivery.*`) without their words.
        package var outputs: [OutputView]?
        /// The endpoint (`endpoint.disabled`, `webhook.test`).
        package var endpoint: EndpointNotice?
        package var reason: String?
        /// Set when the payload is made.
        package var links: EventLinks?

        package init(
            run: RunView? = nil,
            plan: ArtifactView? = nil,
            output: OutputView? = nil,
            outputs: [OutputView]? = nil,
            endpoint: EndpointNotice? = nil,
            reason: String? = nil
        ) {
            self.run = run
            self.plan = plan
            self.output = output
            self.outputs = outputs
            self.endpoint = endpoint
            self.reason = reason
        }
    }

    /// The message's id, as in the header `webhook-id`; set when the payload is made.
    package var id: String?
    package var type: EventType
    package var timestamp: Date
    /// True where parts are left out because the whole would be too large.
    package var thin: Bool?
    package var data: Content

    package init(type: EventType, timestamp: Date, data: Content) {
        self.type = type
        self.timestamp = timestamp
        self.data = data
    }
}
