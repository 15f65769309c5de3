/// One row of a result, copied out of the driver.
package struct Row: Sendable {
    private let table: RowTable
    private let index: Int

    init(table: RowTable, index: Int) {
        self.table = table
        self.index = index
    }

    /// The value of a column that is not NULL.
    package func get<Value: SQLValue>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let cell = try table.cell(row: index, column: column) else {
            throw PostgresError.unreadable("column '\(column)' is null, wanted \(Value.self)")
        }
        return try Self.read(cell, column)
    }

    /// The value of a column, or nil for NULL.
    package func get<Value: SQLValue>(_ column: String, as type: Value?.Type = Value?.self) throws -> Value? {
        guard let cell = try table.cell(row: index, column: column) else { return nil }
        return try Self.read(cell, column) as Value
    }

    /// The elements of an array column that is not NULL and holds no NULL.
    package func get<Value: SQLValue>(
        _ column: String,
        as type: [Value].Type = [Value].self
    ) throws -> [Value] {
        guard let cell = try table.cell(row: index, column: column) else {
            throw PostgresError.unreadable("column '\(column)' is null, wanted a list of \(Value.self)")
        }
        guard let elements = SQLArray.decode(cell.bytes) else {
            throw PostgresError.unreadable("column '\(column)' is no list, it has type \(cell.type.rawValue)")
        }
        return try elements.map { element in
            guard let element else {
                throw PostgresError.unreadable("column '\(column)' holds a null element")
            }
            return try Self.read(element, column)
        }
    }

    private static func read<Value: SQLValue>(_ cell: SQLCell, _ column: String) throws -> Value {
        guard let value = Value(cell: cell) else {
            throw PostgresError.unreadable(
                "column '\(column)' of type \(cell.type.rawValue) cannot be read as \(Value.self)"
            )
        }
        return value
    }
}
