import Postgres

/// Jobs that take as long as each other; each lane has places of its own, so that short work never waits for long.
package enum ClaimLane: Sendable, Hashable {
    case any
    /// Decided here, or handed over: done at once.
    case short
    /// Must first fetch a linked source.
    case fetching
    /// Asks a hosted model, which answers when it likes.
    case asking

    /// What a job `j` of the lane must be like.
    func condition(_ editors: HostedEditors) -> SQL {
        let fetches: SQL = """
            (j.stage = 'transcode' AND EXISTS (
                SELECT 1 FROM runs linked WHERE linked.id = j.run_id AND linked.source_asset_id IS NULL
            ))
            """
        let asks: SQL = """
            (j.stage = 'plan' AND EXISTS (
                SELECT 1 FROM runs planned
                WHERE planned.id = j.run_id AND planned.provided -> 'moments' IS NULL
                    AND coalesce(planned.options #>> '{providers,editorial}', \(editors.standard))
                        = ANY(\(editors.names.sorted()))
            ))
            """
        return switch self {
        case .any: "true"
        case .short: "NOT \(fetches) AND NOT \(asks)"
        case .fetching: fetches
        case .asking: asks
        }
    }
}

/// Which editorial models of a gateway ask somebody else.
package struct HostedEditors: Sendable, Hashable {
    package let names: Set<String>
    /// Plans for runs that name none, hosted or not.
    package let standard: String

    package init(names: Set<String> = [], standard: String = "") {
        self.names = names
        self.standard = standard
    }
}
