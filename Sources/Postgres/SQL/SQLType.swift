/// A Postgres type by its object id, as `pg_type` lists it.
package struct SQLType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let bool = SQLType(rawValue: 16)
    package static let bytea = SQLType(rawValue: 17)
    package static let name = SQLType(rawValue: 19)
    package static let int8 = SQLType(rawValue: 20)
    package static let int2 = SQLType(rawValue: 21)
    package static let int4 = SQLType(rawValue: 23)
    package static let text = SQLType(rawValue: 25)
    package static let oid = SQLType(rawValue: 26)
    package static let json = SQLType(rawValue: 114)
    package static let float4 = SQLType(rawValue: 700)
    package static let float8 = SQLType(rawValue: 701)
    package static let unknown = SQLType(rawValue: 705)
    package static let bpchar = SQLType(rawValue: 1042)
    package static let varchar = SQLType(rawValue: 1043)
    package static let timestamptz = SQLType(rawValue: 1184)
    package static let uuid = SQLType(rawValue: 2950)
    package static let jsonb = SQLType(rawValue: 3802)

    package static let byteaArray = SQLType(rawValue: 1001)
    package static let boolArray = SQLType(rawValue: 1000)
    package static let textArray = SQLType(rawValue: 1009)
    package static let int8Array = SQLType(rawValue: 1016)
    package static let float8Array = SQLType(rawValue: 1022)
    package static let timestamptzArray = SQLType(rawValue: 1185)
    package static let uuidArray = SQLType(rawValue: 2951)
    package static let jsonbArray = SQLType(rawValue: 3807)
}
