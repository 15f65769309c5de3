import CLibcurl

/// The header lines of one request in the form that libcurl reads.
@safe
final class HeaderList {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    deinit { unsafe curl_slist_free_all(pointer) }

    /// Adds a header; false when its name or value could end the line and begin another.
    func add(name: String, value: String) -> Bool {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte), value.utf8.allSatisfy(Self.isValueByte)
        else { return false }
        // To libcurl a lone colon means removal, and a semicolon a header without a value.
        return append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }

    /// Keeps libcurl from adding a header of its own.
    func suppress(name: String) -> Bool { append("\(name):") }

    private func append(_ line: String) -> Bool {
        guard let longer = unsafe curl_slist_append(pointer, line) else { return false }
        unsafe pointer = longer
        return true
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isValueByte(_ byte: UInt8) -> Bool { byte == 9 || (byte >= 32 && byte != 127) }
}
