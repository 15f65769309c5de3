import Contracts
import Foundation

/// Follows a run until it ends, and shows how it goes.
struct RunWatcher {
    private static let pollInterval = Duration.milliseconds(500)
    /// A gateway that restarts is waited for.
    private static let outageSecondsMax = 120.0

    let client: GatewayClient
    let display: ProgressDisplay

    /// Returns the run in its last state.
    func follow(_ id: String) async throws -> RunView {
        var lastAnswer = Date()
        while true {
            do {
                let run = try await client.get(RunView.self, "/v1/runs/\(id)")
                lastAnswer = Date()
                display.show(run)
                if run.finishedAt != nil { return run }
            } catch let error as GatewayClient.Refused where error.problem.status < 500 {
                throw error
            } catch {
                guard Date().timeIntervalSince(lastAnswer) < Self.outageSecondsMax else { throw error }
            }
            try await Task.sleep(for: Self.pollInterval)
        }
    }

    /// All shorts of a run, in source order.
    func outputs(of id: String) async throws -> [OutputView] {
        var outputs: [OutputView] = []
        var path = "/v1/runs/\(id)/outputs?limit=100"
        while true {
            let page = try await client.get(Page<OutputView>.self, path)
            outputs += page.data
            guard page.hasMore, let next = page.next else { break }
            path = "/v1/runs/\(id)/outputs?limit=100&after=\(next)"
        }
        return outputs.sorted { $0.ordinal < $1.ordinal }
    }
}
