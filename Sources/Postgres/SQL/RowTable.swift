/// All cells of a result in one buffer, shared by its rows.
final class RowTable: Sendable {
    let rowCount: Int
    /// How many rows the statement changed or returned.
    let affectedCount: Int
    private let columns: [String: Int]
    private let types: [SQLType]
    private let bytes: [UInt8]
    /// Where each cell lies in `bytes`; a length below zero is NULL.
    private let cells: [(offset: Int, length: Int)]

    init(result: borrowing QueryResult) {
        let columnCount = result.columnCount
        rowCount = result.rowCount
        affectedCount = result.affectedCount
        var names: [String: Int] = [:]
        for column in 0..<columnCount { names[result.name(column: column)] = column }
        columns = names
        types = (0..<columnCount).map { result.type(column: $0) }
        var bytes: [UInt8] = []
        var cells: [(offset: Int, length: Int)] = []
        cells.reserveCapacity(rowCount * columnCount)
        for row in 0..<rowCount {
            for column in 0..<columnCount {
                let offset = bytes.count
                let length = result.append(row: row, column: column, to: &bytes)
                cells.append((offset, length))
            }
        }
        self.bytes = bytes
        self.cells = cells
    }

    var rows: [Row] { (0..<rowCount).map { Row(table: self, index: $0) } }

    func cell(row: Int, column: String) throws(PostgresError) -> SQLCell? {
        guard let index = columns[column] else { throw PostgresError.unreadable("no column '\(column)'") }
        let (offset, length) = cells[row * types.count + index]
        guard length >= 0 else { return nil }
        return SQLCell(type: types[index], bytes: bytes[offset..<(offset + length)])
    }
}
