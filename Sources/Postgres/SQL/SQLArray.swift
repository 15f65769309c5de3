/// One-dimensional arrays in Postgres's binary format.
///
/// Dimensions, a flag for NULLs, the element type; per dimension its length and lower bound; then each element
/// with its length before it, -1 for NULL.
enum SQLArray {
    static func encode(_ elements: [[UInt8]?], type: SQLType) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes += Int32(elements.isEmpty ? 0 : 1).bigEndianBytes
        bytes += Int32(elements.contains { $0 == nil } ? 1 : 0).bigEndianBytes
        bytes += type.rawValue.bigEndianBytes
        guard !elements.isEmpty else { return bytes }
        bytes += Int32(elements.count).bigEndianBytes
        bytes += Int32(1).bigEndianBytes
        for element in elements {
            bytes += Int32(element?.count ?? -1).bigEndianBytes
            bytes += element ?? []
        }
        return bytes
    }

    /// The elements, nil for NULL; nil when the bytes are no array of one dimension.
    static func decode(_ bytes: ArraySlice<UInt8>) -> [SQLCell?]? {
        var rest = bytes
        guard let dimensions = takeInt32(&rest), takeInt32(&rest) != nil, let type = takeInt32(&rest) else {
            return nil
        }
        guard dimensions > 0 else { return [] }
        guard dimensions == 1, let count = takeInt32(&rest), takeInt32(&rest) != nil else { return nil }
        var cells: [SQLCell?] = []
        for _ in 0..<count {
            guard let length = takeInt32(&rest) else { return nil }
            guard length >= 0 else {
                cells.append(nil)
                continue
            }
            guard rest.count >= length else { return nil }
            cells.append(
                SQLCell(type: SQLType(rawValue: UInt32(bitPattern: type)), bytes: rest.prefix(Int(length)))
            )
            rest = rest.dropFirst(Int(length))
        }
        return cells
    }

    private static func takeInt32(_ rest: inout ArraySlice<UInt8>) -> Int32? {
        let value = SQLCell(type: .int4, bytes: rest.prefix(4)).integer(Int32.self)
        rest = rest.dropFirst(4)
        return value
    }
}
