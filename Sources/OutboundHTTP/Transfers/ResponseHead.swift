/// The status and headers of an answer, gathered line by line.
struct ResponseHead {
    private(set) var status = 0
    private(set) var headers: [(name: String, value: String)] = []
    private var bytesTaken = 0
    private var isInBlock = false

    /// Whether the final answer's headers have all come; what comes after them is not taken.
    private(set) var isComplete = false

    /// Takes one line; false when all lines together are longer than `bytesMax`.
    ///
    /// Lines of interim answers count too, so that a server cannot send them for ever.
    mutating func take(_ line: [UInt8], bytesMax: Int) -> Bool {
        bytesTaken += line.count
        guard bytesTaken <= bytesMax else { return false }
        guard !isComplete else { return true }
        let text = String(decoding: line, as: UTF8.self)
        if text == "\r\n" || text == "\n" {
            isInBlock = false
            isComplete = status >= 200
        } else if !isInBlock && text.hasPrefix("HTTP/") {
            isInBlock = true
            let fields = text.split(separator: " ", maxSplits: 2)
            status = fields.count > 1 ? Int(fields[1].prefix(3)) ?? 0 : 0
            headers.removeAll()
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...]
            headers.append((name: String(text[..<colon]).lowercased(), value: Self.trimmed(value)))
        }
        return true
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(text)
    }
}
