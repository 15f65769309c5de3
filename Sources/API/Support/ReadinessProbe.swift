import Logging
import Store

/// Runs all readiness checks side by side, each with a limit.
struct ReadinessProbe: Sendable {
    let checks: [ReadinessCheck]
    let limitMs: Int

    static let okay = "ok"

    /// What became of each check: `ok`, `failed` or `timed-out`.
    func outcomes(logger: Logger) async -> [String: String] {
        let limit = limitMs
        return await withTaskGroup(of: (String, String).self) { group in
            for check in checks {
                group.addTask { (check.name, await Self.outcome(of: check, limitMs: limit, logger: logger)) }
            }
            var outcomes: [String: String] = [:]
            for await (name, outcome) in group { outcomes[name] = outcome }
            return outcomes
        }
    }

    private static func outcome(of check: ReadinessCheck, limitMs: Int, logger: Logger) async -> String {
        await withTaskGroup(of: String.self) { group in
            group.addTask {
                do {
                    return try await check.isReady() ? okay : "failed"
                } catch {
                    logger.log(
                        // The loss of the database is told once, by whoever looks after it.
                        level: Store.isAway(error) ? .debug : .warning,
                        "not ready",
                        metadata: ["check": .string(check.name), "error": .string("\(error)")]
                    )
                    return "failed"
                }
            }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(limitMs))
                return "timed-out"
            }
            let first = await group.next() ?? "failed"
            group.cancelAll()
            return first
        }
    }
}
