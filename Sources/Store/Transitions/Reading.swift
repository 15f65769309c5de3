import Postgres

/// Statements whose rows make one value, so that several such values are read in one round trip.
struct Reading<Value> {
    let statements: [SQL]
    /// Makes the value of the rows of each statement.
    let make: ([[Row]]) throws -> Value

    init(_ statements: [SQL], make: @escaping ([[Row]]) throws -> Value) {
        self.statements = statements
        self.make = make
    }
}

extension Reading {
    /// A value that nothing has to be read for.
    static func known(_ value: Value) -> Self {
        Reading([]) { _ in value }
    }

    func map<Other>(_ change: @escaping (Value) throws -> Other) -> Reading<Other> {
        Reading<Other>(statements) { try change(make($0)) }
    }

    /// A value that is made of two.
    func with<Other, Both>(
        _ other: Reading<Other>,
        _ join: @escaping (Value, Other) throws -> Both
    ) -> Reading<Both> {
        Reading<Both>(statements + other.statements) { rows in
            try join(
                make(Array(rows.prefix(statements.count))),
                other.make(Array(rows.dropFirst(statements.count)))
            )
        }
    }
}

extension Reading<[Row]> {
    /// One statement, whose rows are the value.
    init(_ statement: SQL) {
        self.init([statement]) { $0[0] }
    }
}

extension Transaction {
    /// Reads values that do not depend on each other in one round trip, in their order (blocks).
    func read<each Value>(_ reading: repeat Reading<each Value>) throws -> (repeat each Value) {
        var statements: [SQL] = []
        for reading in repeat each reading { statements += reading.statements }
        var rows = try queries(statements)[...]
        func next<One>(_ reading: Reading<One>) throws -> One {
            defer { rows = rows.dropFirst(reading.statements.count) }
            return try reading.make(Array(rows.prefix(reading.statements.count)))
        }
        return (repeat try next(each reading))
    }
}
