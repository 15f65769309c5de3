/// A body of the kind `multipart/form-data` (RFC 7578) in the making.
struct MultipartBody: Sendable {
    let boundary: String
    private(set) var bytes: [UInt8] = []

    /// A boundary that occurs in no part: random, or the caller's.
    init(boundary: String) {
        self.boundary = boundary
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    mutating func add(_ name: String, _ value: String) {
        begin(name, attributes: "", type: nil)
        bytes += Array(value.utf8)
        bytes += Array("\r\n".utf8)
    }

    mutating func add(_ name: String, json: [UInt8]) {
        begin(name, attributes: "", type: "application/json")
        bytes += json
        bytes += Array("\r\n".utf8)
    }

    /// Begins a file that the caller writes behind it, followed by `end`.
    mutating func beginFile(_ name: String, fileName: String, type: String) {
        begin(name, attributes: "; filename=\"\(fileName)\"", type: type)
    }

    /// What closes a file that was begun, and the body.
    var endOfFile: [UInt8] { Array("\r\n--\(boundary)--\r\n".utf8) }

    /// What closes a body whose last part is a value.
    var end: [UInt8] { Array("--\(boundary)--\r\n".utf8) }

    private mutating func begin(_ name: String, attributes: String, type: String?) {
        let disposition = "content-disposition: form-data; name=\"\(name)\"\(attributes)\r\n"
        let kind = type.map { "content-type: \($0)\r\n" } ?? ""
        bytes += Array("--\(boundary)\r\n\(disposition)\(kind)\r\n".utf8)
    }
}
