/// For how many days what only grows is kept.
package struct RetentionPolicy: Sendable, Hashable {
    package var eventsDays = 90
    package var callbacksDays = 14
    package var attemptsDays = 30
    /// Payloads of webhook messages; longer than failed ones may be recovered.
    package var messagesDays = 30
    /// Webhook messages and their deliveries after the last of these has ended; not less than their payloads.
    package var deliveriesDays = 30
    /// Answers are given again for a day; the second is for those whose day ends while the first one runs.
    package var idempotencyDays = 2
    /// Days after a run's end for which what lies between its source and its shorts is kept; 0 keeps it for ever.
    package var artifactsDays = 30
    /// For how long a message waits for an endpoint that is paused or disabled.
    package var heldDays = 14

    package init() {}
}

/// A table that is cut into days.
struct DailyTable: Sendable {
    let name: String
    /// The column that says to which day a row belongs.
    let moment: String
    /// The table that its rows refer to, locked first as writers do.
    let parent: String
    let days: Int

    static func all(_ policy: RetentionPolicy) -> [DailyTable] {
        [
            DailyTable(name: "events", moment: "created_at", parent: "runs", days: policy.eventsDays),
            DailyTable(name: "callbacks", moment: "received_at", parent: "tasks", days: policy.callbacksDays),
            DailyTable(
                name: "delivery_attempts",
                moment: "started_at",
                parent: "deliveries",
                days: policy.attemptsDays
            ),
            DailyTable(
                name: "idempotency_keys",
                moment: "created_at",
                parent: "tenants",
                days: policy.idempotencyDays
            ),
        ]
    }
}
