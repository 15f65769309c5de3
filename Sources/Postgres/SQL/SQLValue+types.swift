package import Foundation

extension String: SQLArrayElement {
    package static let sqlType = SQLType.text
    package static let arrayType = SQLType.textArray

    package func encoded() -> [UInt8] { Array(utf8) }

    package init?(cell: SQLCell) {
        switch cell.type {
        case .text, .varchar, .bpchar, .name, .unknown, .json:
            self.init(decoding: cell.bytes, as: UTF8.self)
        case .jsonb:
            // The first byte is the version of the format.
            self.init(decoding: cell.bytes.dropFirst(), as: UTF8.self)
        default:
            return nil
        }
    }
}

extension Int: SQLArrayElement {
    package static let sqlType = SQLType.int8
    package static let arrayType = SQLType.int8Array

    package func encoded() -> [UInt8] { Int64(self).bigEndianBytes }

    package init?(cell: SQLCell) {
        let value: Int?
        switch cell.type {
        case .int8: value = cell.integer(Int64.self).map { Int($0) }
        case .int4: value = cell.integer(Int32.self).map { Int($0) }
        case .int2: value = cell.integer(Int16.self).map { Int($0) }
        case .oid: value = cell.integer(UInt32.self).map { Int($0) }
        default: value = nil
        }
        guard let value else { return nil }
        self = value
    }
}

extension Bool: SQLArrayElement {
    package static let sqlType = SQLType.bool
    package static let arrayType = SQLType.boolArray

    package func encoded() -> [UInt8] { [self ? 1 : 0] }

    package init?(cell: SQLCell) {
        guard cell.type == .bool, let byte = cell.bytes.first else { return nil }
        self = byte != 0
    }
}

extension Double: SQLArrayElement {
    package static let sqlType = SQLType.float8
    package static let arrayType = SQLType.float8Array

    package func encoded() -> [UInt8] { bitPattern.bigEndianBytes }

    package init?(cell: SQLCell) {
        if cell.type == .float8, let bits = cell.integer(UInt64.self) {
            self.init(bitPattern: bits)
        } else if cell.type == .float4, let bits = cell.integer(UInt32.self) {
            self.init(Float(bitPattern: bits))
        } else {
            return nil
        }
    }
}

extension Date: SQLArrayElement {
    package static let sqlType = SQLType.timestamptz
    package static let arrayType = SQLType.timestamptzArray

    /// Postgres counts microseconds from the start of the year 2000.
    private static let postgresEpoch: TimeInterval = 946_684_800

    package func encoded() -> [UInt8] {
        Int64(((timeIntervalSince1970 - Self.postgresEpoch) * 1_000_000).rounded()).bigEndianBytes
    }

    package init?(cell: SQLCell) {
        guard cell.type == .timestamptz, let microseconds = cell.integer(Int64.self) else { return nil }
        self.init(timeIntervalSince1970: Self.postgresEpoch + Double(microseconds) / 1_000_000)
    }
}

extension UUID: SQLArrayElement {
    package static let sqlType = SQLType.uuid
    package static let arrayType = SQLType.uuidArray

    package func encoded() -> [UInt8] {
        let parts = uuid
        return [
            parts.0, parts.1, parts.2, parts.3, parts.4, parts.5, parts.6, parts.7,
            parts.8, parts.9, parts.10, parts.11, parts.12, parts.13, parts.14, parts.15,
        ]
    }

    package init?(cell: SQLCell) {
        guard cell.type == .uuid, cell.bytes.count == 16 else { return nil }
        let b = Array(cell.bytes)
        self.init(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
                b[15]
            )
        )
    }
}

/// Bytes, bound as `bytea`.
package struct SQLBytes: SQLArrayElement, Hashable {
    package static let sqlType = SQLType.bytea
    package static let arrayType = SQLType.byteaArray

    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package func encoded() -> [UInt8] { bytes }

    package init?(cell: SQLCell) {
        guard cell.type == .bytea else { return nil }
        bytes = Array(cell.bytes)
    }
}

/// JSON text, bound as `jsonb`.
package struct SQLJSON: SQLArrayElement, Hashable {
    package static let sqlType = SQLType.jsonb
    package static let arrayType = SQLType.jsonbArray

    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package func encoded() -> [UInt8] { [1] + text.utf8 }

    package init?(cell: SQLCell) {
        guard cell.type == .jsonb || cell.type == .json, let text = String(cell: cell) else { return nil }
        self.text = text
    }
}
