package import Postgres

/// Every record of the gateway and every transition between their states, in Postgres.
///
/// Each transition is one guarded UPDATE in a transaction with its event and the webhook messages that it causes.
/// The row of the run is locked first, so the events of a run are in the order of their sequence.
package struct Store: Sendable {
    let pool: PostgresPool
    let links: LinkMinter
    /// A number from 0 to 1 that spreads retries.
    let jitter: @Sendable () -> Double
    let groups = GroupedWrites()

    let runTexts = RunTexts()
    let accepting: GroupCommit<AcceptedRun, AcceptedRun.Answer>
    /// Whose leases these are; nil where nobody would miss them.
    let leaseMark: LeaseMark?
    /// Where the engine of this process gets what is committed here.
    package let handOver: DeliveryHandOver
    /// The ends of shorts that are committed here, for the metrics.
    package let shorts: ShortCounters

    package init(
        pool: PostgresPool,
        links: LinkMinter,
        leaseMark: LeaseMark? = nil,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.pool = pool
        handOver = DeliveryHandOver()
        shorts = ShortCounters()
        var links = links
        links.outlet = DeliveryOutlet(handOver: handOver, shorts: shorts, leaseMark: leaseMark)
        self.links = links
        self.leaseMark = leaseMark
        self.jitter = jitter
        let texts = runTexts
        let started = StartedDeliveries(pool: pool, outlet: links.outlet)
        accepting = GroupCommit { runs, _ in
            try await AcceptedRun.commit(runs, pool: pool, texts: texts, started: started)
        }
    }

    /// Brings the schema up to date; safe to call from several processes at once.
    package func migrate() async throws {
        try await Migrator(pool: pool, migrations: Migration.embedded).run()
    }

    /// Refuses a schema that lacks steps, for a gateway that is not to change it.
    package func checkSchema() async throws {
        try await Migrator(pool: pool, migrations: Migration.embedded).check()
    }

    /// Whether `error` says that the database cannot be reached, as opposed to a mistake.
    package static func isAway(_ error: any Error) -> Bool {
        (error as? PostgresError)?.isConnectionLoss ?? false
    }

    /// Whether `error` says that the database is there but cannot do it now.
    package static func isOverloaded(_ error: any Error) -> Bool {
        (error as? PostgresError)?.isOverload ?? false
    }

    /// Answers when the database does, for readiness.
    package func ping() async throws {
        try await pool.query("SELECT 1 AS one")
    }
}
