import Contracts

/// A run of whole sentences that may become a short.
struct Candidate: Sendable {
    let first: Int
    let last: Int
    let range: TimeRange
    let subscores: Plan.Subscores
    /// 0 to 100.
    let score: Double
}
