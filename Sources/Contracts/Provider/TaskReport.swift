/// A task's state as its provider tells it: the answer to a poll, and the body of a signed callback.
package struct TaskReport: Codable, Sendable, Hashable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case queued
        case running
        case completed
        case failed
        case cancelled

        package var isTerminal: Bool { self != .queued && self != .running }
    }

    /// A result that was uploaded before the report was sent.
    package struct Artifact: Codable, Sendable, Hashable {
        package var name: String
        package var sha256: String
        package var sizeBytes: Int64

        package init(name: String, sha256: String, sizeBytes: Int64) {
            self.name = name
            self.sha256 = sha256
            self.sizeBytes = sizeBytes
        }
    }

    /// What the task cost.
    package struct Usage: Codable, Sendable, Hashable {
        package var wallMs: Int
        package var cpuMs: Int
        package var peakRssBytes: Int64

        package init(wallMs: Int, cpuMs: Int, peakRssBytes: Int64) {
            self.wallMs = wallMs
            self.cpuMs = cpuMs
            self.peakRssBytes = peakRssBytes
        }
    }

    package var taskId: String
    package var attempt: Int
    package var state: State
    /// 0 to 1.
    package var progress: Double
    package var artifacts: [Artifact]
    package var warnings: [Warning]
    /// Why the task failed; of a completed render, why it lacks ratios.
    package var error: Problem?
    package var usage: Usage?

    package init(
        taskId: String,
        attempt: Int,
        state: State,
        progress: Double,
        artifacts: [Artifact] = [],
        warnings: [Warning] = [],
        error: Problem? = nil,
        usage: Usage? = nil
    ) {
        self.taskId = taskId
        self.attempt = attempt
        self.state = state
        self.progress = progress
        self.artifacts = artifacts
        self.warnings = warnings
        self.error = error
        self.usage = usage
    }
}
