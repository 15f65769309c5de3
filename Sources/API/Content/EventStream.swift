import Contracts
import Foundation
import Hummingbird
import NIOCore
import Pipeline
import ServiceLifecycle
import Store

/// Writes the log of one run as server-sent events until some time after the run has ended.
struct EventStream: Sendable {
    let store: Store
    let timing: EventStreamTiming
    let runId: String
    let tenantId: String

    private static let batchMax = 100

    /// Writes events later than `sequence`, each with its sequence as id; throws when the client is gone.
    @concurrent
    func write(to writer: inout any ResponseBodyWriter, after sequence: Int64) async throws {
        var sequence = sequence
        let start = ContinuousClock.now
        var lastWrite = start
        var endedAt: ContinuousClock.Instant?
        // Clients learn at once that the stream works, and how soon to come back when it breaks.
        try await writer.write(ByteBuffer(string: "retry: 2000\n: the log of \(runId)\n\n"))
        while true {
            // The run is read before its events: the events that ended it are then surely among those read.
            let isEnded = try await isRunEnded()
            let events = try await store.events(
                runId: runId,
                afterSequence: sequence,
                limit: Self.batchMax
            )
            for event in events {
                try await writer.write(Self.frame(event))
                sequence = event.sequence
            }
            let now = ContinuousClock.now
            if !events.isEmpty { lastWrite = now }
            if isEnded, endedAt == nil { endedAt = now }
            let isOver = endedAt.map { now - $0 >= .milliseconds(timing.lingerMs) } ?? false
            if events.isEmpty, isOver || now - start >= .milliseconds(timing.lifetimeMs) {
                let reason = isOver ? "run-ended" : "come-back"
                return try await writer.write(
                    ByteBuffer(string: "event: end\ndata: {\"reason\":\"\(reason)\"}\n\n")
                )
            }
            if now - lastWrite >= .milliseconds(timing.heartbeatMs) {
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
                lastWrite = now
            }
            if events.count < Self.batchMax { try await pause() }
        }
    }

    private func isRunEnded() async throws -> Bool {
        let run = try await store.run(tenantId: tenantId, id: runId)
        return run?.state.isTerminal ?? true
    }

    /// A shutdown of the server ends the pause and thereby the stream, whose client then comes back.
    private func pause() async throws {
        let time = Duration.milliseconds(timing.pollMs)
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: time) }
    }

    private static func frame(_ event: EventView) throws -> ByteBuffer {
        let data = String(decoding: try WireJSON.encode(event), as: UTF8.self)
        return ByteBuffer(string: "id: \(event.sequence)\nevent: \(event.type)\ndata: \(data)\n\n")
    }
}
