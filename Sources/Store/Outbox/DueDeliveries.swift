import Postgres

/// The parts of a statement that find what an endpoint can be sent now: the endpoint has the name `e`, a row of
/// `deliveries` the name `d`.
enum DueDeliveries {
    /// Nobody has it.
    static let isUnleased: SQL = "coalesce(d.lease_until, '-infinity') < now()"

    /// It is due, and nobody has it.
    static let isFree: SQL = "d.next_attempt_at <= now() AND \(isUnleased)"

    /// No earlier message of its run is pending, if that matters.
    ///
    /// `has_earlier` alone does not say so.
    static let isFirst: SQL = """
        (d.ordered_run IS NULL OR NOT EXISTS (
            SELECT 1
            FROM deliveries earlier
            WHERE earlier.endpoint_id = d.endpoint_id AND earlier.ordered_run = d.ordered_run
                AND earlier.state = 'pending' AND earlier.ordered_place < d.ordered_place
        ))
        """

    /// Those that wait for no other, the longest due first.
    ///
    /// It is one range of an index: what waits for its time or behind others is not looked at, however much it is.
    static func first(max: SQL) -> SQL {
        """
        SELECT d.id, d.next_attempt_at AS place
        FROM deliveries d
        WHERE d.endpoint_id = e.id AND d.state = 'pending' AND NOT d.has_earlier AND \(isFree) AND \(isFirst)
        ORDER BY d.next_attempt_at, d.id
        LIMIT \(max)
        """
    }

    /// It goes also to an endpoint that is believed to be down.
    static let isUrgent: SQL = "d.is_urgent AND d.attempts = 0"

    /// Those that are urgent, the longest due first.
    static func urgent(max: SQL) -> SQL {
        """
        SELECT d.id, d.next_attempt_at AS place
        FROM deliveries d
        WHERE d.endpoint_id = e.id AND d.state = 'pending' AND \(isUrgent) AND \(isFree)
        ORDER BY d.next_attempt_at, d.id
        LIMIT \(max)
        """
    }

    /// Those whose time came before `moment` and of which `condition` holds, in no order, also what waits behind others
    /// of its run.
    ///
    /// Each of the two is one range of the index.
    static func until(_ moment: SQL, where condition: SQL = "true", max: SQL) -> SQL {
        let due: SQL = """
            SELECT d.id
            FROM deliveries d
            WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.next_attempt_at <= \(moment) AND \(condition)
            """
        return """
            (\(due) AND NOT d.has_earlier LIMIT \(max))
            UNION ALL
            (\(due) AND d.has_earlier LIMIT \(max))
            LIMIT \(max)
            """
    }
}
