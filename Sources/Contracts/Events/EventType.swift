/// Events that partners subscribe to, as in `webhooks/catalog.yaml`.
package enum EventType: String, Codable, Sendable, CaseIterable {
    case runStarted = "run.started"
    case runReviewRequested = "run.review_requested"
    case runAnalysisCompleted = "run.analysis_completed"
    case runFailed = "run.failed"
    case runCancelled = "run.cancelled"
    case outputRendered = "output.rendered"
    case outputFailed = "output.failed"
    case deliveryCompleted = "delivery.completed"
    case deliveryPartiallyFailed = "delivery.partially_failed"
    case deliveryFailed = "delivery.failed"
    case endpointDisabled = "endpoint.disabled"
    case webhookTest = "webhook.test"

    /// One sentence for the catalog.
    package var summary: String {
        switch self {
        case .runStarted: "A run was accepted."
        case .runReviewRequested: "A run's plan is ready and waits to be reviewed."
        case .runAnalysisCompleted: "Stages 01 to 11 are done; the shorts are known and rendering."
        case .runFailed: "A required stage failed; the run ends without shorts."
        case .runCancelled: "A run was cancelled."
        case .outputRendered: "One short is rendered."
        case .outputFailed: "One short could not be rendered."
        case .deliveryCompleted: "Every short of a run is rendered."
        case .deliveryPartiallyFailed: "All shorts ended; some are rendered, some failed."
        case .deliveryFailed: "All shorts ended and none is rendered."
        case .endpointDisabled: "A webhook endpoint was disabled."
        case .webhookTest: "A test that you asked for."
        }
    }
}
