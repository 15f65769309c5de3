import Store

/// How long is kept what only grows.
extension Setting {
    static let retentionEventsDays = Setting(
        "RETENTION_EVENTS_DAYS",
        "90",
        "days for which the log of runs is kept"
    )
    static let retentionCallbacksDays = Setting(
        "RETENTION_CALLBACKS_DAYS",
        "14",
        "days for which callbacks of providers are kept"
    )
    static let retentionAttemptsDays = Setting(
        "RETENTION_ATTEMPTS_DAYS",
        "30",
        "days for which attempts of webhook deliveries are kept"
    )
    static let retentionMessagesDays = Setting(
        "RETENTION_MESSAGES_DAYS",
        "30",
        "days for which the payload of a webhook message can be sent again or fetched"
    )
    static let retentionDeliveriesDays = Setting(
        "RETENTION_DELIVERIES_DAYS",
        "30",
        "days for which webhook messages are listed after their last delivery has ended; not less than their payloads"
    )
    static let retentionArtifactsDays = Setting(
        "RETENTION_ARTIFACTS_DAYS",
        "30",
        "days after a run's end for which what lies between its source and its shorts is kept; 0: for ever"
    )

    static let retention: [Setting] = [
        retentionEventsDays, retentionCallbacksDays, retentionAttemptsDays, retentionMessagesDays,
        retentionDeliveriesDays, retentionArtifactsDays,
    ]
}

extension Settings {
    private static let daysMax = 3_650

    func retentionPolicy() throws -> RetentionPolicy {
        var policy = RetentionPolicy()
        policy.eventsDays = try integer(.retentionEventsDays, in: 1...Self.daysMax)
        policy.callbacksDays = try integer(.retentionCallbacksDays, in: 1...Self.daysMax)
        policy.attemptsDays = try integer(.retentionAttemptsDays, in: 4...Self.daysMax)
        policy.messagesDays = try integer(.retentionMessagesDays, in: 15...Self.daysMax)
        policy.deliveriesDays = max(
            try integer(.retentionDeliveriesDays, in: 15...Self.daysMax),
            policy.messagesDays
        )
        policy.artifactsDays = try integer(.retentionArtifactsDays, in: 0...Self.daysMax)
        return policy
    }
}
