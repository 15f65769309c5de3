/// A Swift type that can be bound to a statement and read from a row.
///
/// Values travel in Postgres's binary format. A type with a raw value that conforms gets its conformance for
/// nothing: `extension RunState: SQLValue {}`.
package protocol SQLValue: Sendable {
    /// The Postgres type that it is bound as.
    static var sqlType: SQLType { get }

    /// The value in Postgres's binary format.
    func encoded() -> [UInt8]

    /// Nil when the cell holds another type or another shape.
    init?(cell: SQLCell)
}

/// A value that may be an element of a bound array.
package protocol SQLArrayElement: SQLValue {
    static var arrayType: SQLType { get }
}

/// The bytes of one cell and the type that the server gave them.
package struct SQLCell: Sendable {
    package let type: SQLType
    package let bytes: ArraySlice<UInt8>

    /// The bytes as a big-endian integer.
    func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer? {
        guard bytes.count == MemoryLayout<Integer>.size else { return nil }
        return bytes.reduce(0) { ($0 << 8) | Integer(truncatingIfNeeded: $1) }
    }
}

extension FixedWidthInteger {
    /// The bytes of the integer, the highest first.
    var bigEndianBytes: [UInt8] {
        (0..<(Self.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }
}

extension SQLValue where Self: RawRepresentable, RawValue: SQLValue {
    package static var sqlType: SQLType { RawValue.sqlType }

    package func encoded() -> [UInt8] { rawValue.encoded() }

    package init?(cell: SQLCell) {
        guard let raw = RawValue(cell: cell) else { return nil }
        self.init(rawValue: raw)
    }
}

extension SQLArrayElement where Self: RawRepresentable, RawValue: SQLArrayElement {
    package static var arrayType: SQLType { RawValue.arrayType }
}
