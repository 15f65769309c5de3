/// Where what an event shows can be read again: paths of the gateway's API, for which a key is needed.
///
/// What is read there has fresh links to its files.
package struct EventLinks: Codable, Sendable, Hashable {
    package var run: String?
    package var plan: String?
    package var output: String?
    package var outputs: String?
    package var endpoint: String?

    package init(
        run: String? = nil,
        plan: String? = nil,
        output: String? = nil,
        outputs: String? = nil,
        endpoint: String? = nil
    ) {
        self.run = run
        self.plan = plan
        self.output = output
        self.outputs = outputs
        self.endpoint = endpoint
    }
}

extension EventEnvelope.Content {
    /// A link for each part that there is.
    var ownLinks: EventLinks {
        let runPath = run.map { "/v1/runs/\($0.id)" }
        return EventLinks(
            run: runPath,
            plan: plan == nil ? nil : runPath.map { "\($0)/plan" },
            output: output.map { "/v1/outputs/\($0.id)" },
            outputs: outputs == nil ? nil : runPath.map { "\($0)/outputs" },
            endpoint: endpoint.map { "/v1/webhook-endpoints/\($0.id)" }
        )
    }
}
