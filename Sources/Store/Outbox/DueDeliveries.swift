import Postgres

/// The parts of a statement that find what an endpoint can be sent now: the endpoint has the name `e`, a row of
/// `deliveries` the name `d`.
///
/// Both walks follow an index and end when they have found enough, so what waits behind others is not looked at.
enum DueDeliveries {
    /// It is due, and nobody has it.
    static let isFree: SQL = "d.next_attempt_at <= now() AND coalesce(d.lease_until, '-infinity') < now()"

    /// No earlier message of its run is pending, if that matters.
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
    /// `ordered_run` is in the order only because it is in the index, in front of the time.
    static func unordered(max: SQL) -> SQL {
        """
        SELECT d.id, d.next_attempt_at AS place
        FROM deliveries d
        WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.ordered_run IS NULL AND \(isFree)
        ORDER BY d.ordered_run, d.next_attempt_at, d.id
        LIMIT \(max)
        """
    }

    /// The oldest message of each ordered run, the oldest run first.
    ///
    /// It goes from run to run, and reads one row of each, however many messages wait behind that one.
    static func ordered(max: SQL) -> SQL {
        let first: SQL = """
            SELECT d.id, d.ordered_run, d.next_attempt_at, d.lease_until
            FROM deliveries d
            WHERE d.endpoint_id = e.id AND d.state = 'pending'
            """
        let order: SQL = "ORDER BY d.ordered_run, d.ordered_place LIMIT 1"
        return """
            WITH RECURSIVE oldest AS (
                (\(first) AND d.ordered_run IS NOT NULL \(order))
                UNION ALL
                SELECT next.*
                FROM oldest
                CROSS JOIN LATERAL (\(first) AND d.ordered_run > oldest.ordered_run \(order)) next
            )
            SELECT d.id, d.next_attempt_at
            FROM oldest d
            WHERE \(isFree)
            LIMIT \(max)
            """
    }
}
