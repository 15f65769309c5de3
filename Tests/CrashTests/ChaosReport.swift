/// What a time of chaos came to.
struct ChaosReport: Sendable {
    var gatewayKills = 0
    var gatewayStops = 0
    var workerKills = 0
    var postgresKills = 0
    /// Gateways that ended though nobody killed them, and were started again.
    var ownEnds = 0
    var accepted: [String] = []
    /// How many runs ended in each state.
    var states: [(state: String, count: Int)] = []
    /// Why runs failed.
    var reasons: [String] = []
    var deliveries = 0
    var attempts = 0
    var received = 0
    var begun = 0
    var violations: [String] = []

    var interruptions: Int { gatewayKills + gatewayStops + postgresKills + ownEnds }

    /// A table for a person.
    var table: String {
        let figures: [(String, Int)] =
            [
                ("gateways killed", gatewayKills), ("gateways stopped", gatewayStops),
                ("gateways that ended by themselves", ownEnds), ("workers killed", workerKills),
                ("Postgres killed", postgresKills), ("runs accepted", accepted.count),
            ] + states.map { ("runs \($0.state)", $0.count) } + [
                ("tasks begun at the worker", begun), ("webhook deliveries", deliveries),
                ("attempts recorded", attempts), ("attempts on the wire", received),
                ("violations", violations.count),
            ]
        let width = figures.map(\.0.count).max() ?? 0
        let lines = figures.map { name, count in
            name + String(repeating: " ", count: width - name.count) + " | " + String(count)
        }
        return (lines + reasons.map { "failed: \($0)" } + violations).joined(separator: "\n")
    }
}
