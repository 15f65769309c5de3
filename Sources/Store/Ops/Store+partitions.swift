package import Foundation
import Postgres

/// What a pass over the daily tables did.
package struct PartitionReport: Sendable, Hashable {
    package var made = 0
    package var dropped = 0
    /// Rows that got a table of their own day after all.
    package var moved = 0
    /// Rows without a table of their day that are too many to be moved under the traffic.
    package var held = 0
    /// What went wrong with a table, with its name; the others were kept all the same.
    package var failures: [String] = []

    package init() {}
}

extension Store {
    /// Days for which tables are made ahead: a gateway that is off no longer leaves no gap.
    package static let daysAhead = 3
    /// Rows that are moved in one go; a second or two, while their table waits.
    package static let healedRowsMax = 50_000
    /// Who waits longer for a lock gives up until the next pass: whoever writes meanwhile waits behind it.
    package static let lockMilliseconds = 250
    /// One gateway at a time keeps house.
    static let housekeepingKey = 0x7265_656c_6b65_6570

    /// Makes the days ahead, drops those whose time is over, and heals gaps; `now` is the database's unless given.
    ///
    /// Each table of a day is made or dropped in a transaction of its own, which holds its locks for milliseconds.
    package func keepPartitions(
        _ policy: RetentionPolicy,
        now: Date? = nil,
        lockMilliseconds: Int = Self.lockMilliseconds
    ) async throws -> PartitionReport {
        var report = PartitionReport()
        for table in DailyTable.all(policy) {
            do {
                try await keep(table, now: now, lockMilliseconds, &report)
            } catch let error as CancellationError {
                throw error
            } catch {
                // A table that stays busy must not keep the others from their days.
                report.failures.append("\(table.name): \(error)")
            }
        }
        return report
    }

    private func keep(
        _ table: DailyTable,
        now: Date?,
        _ lockMilliseconds: Int,
        _ report: inout PartitionReport
    ) async throws {
        let plan = try await plan(table, now: now)
        if plan.hasSpareRows {
            let healed = try await heal(table, firstKept: plan.firstKept, lockMilliseconds)
            report.moved += healed.moved
            report.held += healed.held
        }
        for day in plan.missing {
            report.made += try await change(table, lockMilliseconds) { transaction in
                try transaction.query(
                    "SELECT keep_partitions(\(table.name), \(day)::date, \(day)::date) AS count"
                )[0].get("count")
            }
        }
        for day in plan.over {
            // All that end before the day after: the one, since the oldest comes first.
            report.dropped += try await change(table, lockMilliseconds) { transaction in
                try transaction.query(
                    "SELECT drop_partitions(\(table.name), \(day)::date + 1) AS count"
                )[0].get("count")
            }
        }
    }

    private struct PartitionPlan: Sendable {
        var firstKept = ""
        var missing: [String] = []
        var over: [String] = []
        var hasSpareRows = false
    }

    /// What is to be done, found without a lock.
    private func plan(_ table: DailyTable, now: Date?) async throws -> PartitionPlan {
        try await pool.transaction { transaction in
            let today: SQL = "(coalesce(\(now), now()) AT TIME ZONE 'UTC')::date"
            var plan = PartitionPlan()
            plan.firstKept = try transaction.query("SELECT (\(today) - \(table.days)::int)::text AS day")[0]
                .get("day")
            // A day whose rows wait in the default table cannot be made; healing makes it when they can be moved.
            plan.missing = try transaction.query(
                """
                SELECT day::date::text AS day
                FROM generate_series(\(today), \(today) + \(Self.daysAhead)::int, interval '1 day') AS days (day)
                WHERE to_regclass(\(table.name) || to_char(day, '_YYYYMMDD')) IS NULL
                    AND NOT EXISTS (
                        SELECT 1 FROM \(unescaped: table.name)_default spare
                        WHERE (spare.\(unescaped: table.moment) AT TIME ZONE 'UTC')::date = day::date
                    )
                ORDER BY day
                """
            ).map { try $0.get("day") }
            plan.over = try transaction.query(
                """
                SELECT to_date(right(c.relname, 8), 'YYYYMMDD')::text AS day
                FROM pg_inherits i
                JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = to_regclass(\(table.name)) AND c.relname ~ '_[0-9]{8}$'
                    AND to_date(right(c.relname, 8), 'YYYYMMDD') < \(plan.firstKept)::date
                ORDER BY c.relname
                """
            ).map { try $0.get("day") }
            plan.hasSpareRows = try !transaction.query(
                "SELECT 1 AS one FROM \(unescaped: table.name)_default LIMIT 1"
            ).isEmpty
            return plan
        }
    }

    private func heal(
        _ table: DailyTable,
        firstKept: String,
        _ lockMilliseconds: Int
    ) async throws -> PartitionReport {
        var healed = PartitionReport()
        (healed.moved, healed.held) = try await change(table, lockMilliseconds) { transaction in
            let row = try transaction.query(
                """
                SELECT moved, held
                FROM heal_partitions(\(table.name), \(table.moment), \(firstKept)::date, \(Self.healedRowsMax))
                """
            )[0]
            return (try row.get("moved", as: Int.self), try row.get("held", as: Int.self))
        }
        return healed
    }

    /// Changes the days of a table, with all locks taken in the order in which writers take them.
    ///
    /// The parent's lock keeps even those out that have only read it so far: they would take the table next and then
    /// write the parent, while a weaker lock on it waits for the table.
    private func change<Result: Sendable>(
        _ table: DailyTable,
        _ lockMilliseconds: Int,
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await pool.transaction { transaction in
            try transaction.query(
                "SELECT set_config('lock_timeout', \("\(lockMilliseconds)ms"), true) AS value"
            )
            try transaction.query("SELECT pg_advisory_xact_lock(\(Self.housekeepingKey)) AS locked")
            try transaction.run(
                script: """
                    LOCK TABLE \(table.parent) IN ACCESS EXCLUSIVE MODE;
                    LOCK TABLE \(table.name) IN ACCESS EXCLUSIVE MODE
                    """
            )
            return try body(transaction)
        }
    }
}
