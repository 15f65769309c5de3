import CLibpq

/// One result set of the driver; it dies with this value.
@safe
struct QueryResult: ~Copyable {
    private let handle: OpaquePointer

    /// Takes ownership of `handle`, also when it reports an error.
    init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit { unsafe PQclear(handle) }

    var status: ExecStatusType { unsafe PQresultStatus(handle) }

    var isSuccess: Bool { status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK }

    var rowCount: Int { Int(unsafe PQntuples(handle)) }

    var columnCount: Int { Int(unsafe PQnfields(handle)) }

    var affectedCount: Int {
        guard let text = unsafe PQcmdTuples(handle) else { return 0 }
        return Int(unsafe String(cString: text)) ?? 0
    }

    func name(column: Int) -> String {
        guard let name = unsafe PQfname(handle, Int32(column)) else { return "" }
        return unsafe String(cString: name)
    }

    func type(column: Int) -> SQLType {
        SQLType(rawValue: unsafe PQftype(handle, Int32(column)))
    }

    /// Appends the bytes of one cell and returns their count, -1 for NULL.
    func append(row: Int, column: Int, to bytes: inout [UInt8]) -> Int {
        guard unsafe PQgetisnull(handle, Int32(row), Int32(column)) == 0 else { return -1 }
        let length = Int(unsafe PQgetlength(handle, Int32(row), Int32(column)))
        guard length > 0, let value = unsafe PQgetvalue(handle, Int32(row), Int32(column)) else { return 0 }
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: length))
        return length
    }

    /// A field of the server's error report.
    func errorField(_ field: ErrorField) -> String? {
        guard let text = unsafe PQresultErrorField(handle, field.rawValue) else { return nil }
        return unsafe String(cString: text)
    }
}

extension QueryResult {
    /// The letters that the protocol gives the fields of an error report; the C macros do not import.
    struct ErrorField {
        let rawValue: Int32

        static let sqlState = ErrorField(rawValue: Int32(UInt8(ascii: "C")))
        static let message = ErrorField(rawValue: Int32(UInt8(ascii: "M")))
        static let detail = ErrorField(rawValue: Int32(UInt8(ascii: "D")))
        static let constraint = ErrorField(rawValue: Int32(UInt8(ascii: "n")))
        static let table = ErrorField(rawValue: Int32(UInt8(ascii: "t")))
        static let context = ErrorField(rawValue: Int32(UInt8(ascii: "W")))
    }
}
