import CLibpq

/// Several statements in one round trip: the server gets them together, and does one after the other.
extension Connection {
    /// Runs the statements in their order and returns what each gave (blocks).
    ///
    /// The first one that fails is thrown; the server skips those behind it, also a `COMMIT`.
    func execute(all statements: [SQL]) throws(PostgresError) -> [RowTable] {
        if statements.count == 1 { return [try execute(statements[0])] }
        try makeRoom(forStatements: statements.count)
        var named: [(name: String, sql: SQL)] = []
        for sql in statements { named.append((try statementName(for: sql), sql)) }
        do throws(PostgresError) {
            return try pipeline(named)
        } catch {
            if error.isStalePlan { spoil() }
            throw error
        }
    }

    private func pipeline(_ statements: [(name: String, sql: SQL)]) throws(PostgresError) -> [RowTable] {
        guard unsafe PQenterPipelineMode(handle) == 1 else { throw lost() }
        for (name, sql) in statements {
            guard send(name, sql, ParameterBuffer(sql.bindings)) == 1 else { throw lost() }
        }
        guard unsafe PQpipelineSync(handle) == 1 else { throw lost() }
        let deadline = answerMilliseconds.map { ContinuousClock.now + .milliseconds($0) }
        try flush(until: deadline)
        let (tables, failure) = try results(until: deadline)
        guard unsafe PQexitPipelineMode(handle) == 1 else { throw lost(sqlState: failure?.sqlState ?? "") }
        if let failure { throw failure }
        guard tables.count == statements.count else { throw lost() }
        return tables
    }

    /// All that comes up to the sync, with the first error in it.
    private func results(
        until deadline: ContinuousClock.Instant?
    ) throws(PostgresError) -> (tables: [RowTable], failure: PostgresError?) {
        var tables: [RowTable] = []
        var failure: PostgresError?
        var isBehindResult = false
        while true {
            try awaitResult(until: deadline)
            guard let next = unsafe PQgetResult(handle) else {
                // Nothing stands between two results, and behind what is lost there is nothing else.
                guard isBehindResult else { throw lost(sqlState: failure?.sqlState ?? "") }
                isBehindResult = false
                continue
            }
            isBehindResult = true
            let result = unsafe QueryResult(owning: next)
            switch result.status {
            case PGRES_PIPELINE_SYNC: return (tables, failure)
            case PGRES_PIPELINE_ABORTED: continue
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: tables.append(RowTable(result: result))
            default: failure = failure ?? PostgresError(result: result)
            }
        }
    }
}
