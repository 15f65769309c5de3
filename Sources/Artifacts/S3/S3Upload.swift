/// An upload in parts that the store has begun.
struct S3Upload: Sendable, Hashable {
    static let partsMax: Int64 = 10_000
    static let idBytesMax = 2_048

    let id: String
    let location: String

    /// How content of `size` bytes is cut: equal parts, as many as the store takes at most, each a whole number of MiB.
    static func partBytes(size: Int64, least: Int64) -> Int64 {
        let needed = (size + partsMax - 1) / partsMax
        let mebibyte: Int64 = 1 << 20
        return max(least, (needed + mebibyte - 1) / mebibyte * mebibyte)
    }

    static func ranges(size: Int64, partBytes: Int64) -> [Range<Int64>] {
        stride(from: 0, to: size, by: Int64.Stride(partBytes)).map { $0..<min(size, $0 + partBytes) }
    }
}

/// A part that the store has.
struct S3Part: Sendable, Hashable {
    let number: Int
    /// As the store names it, with its quotation marks.
    let tag: String
    /// In base64, where checksums are kept.
    let checksum: String?

    /// The list of all parts that ends an upload.
    static func document(_ parts: [S3Part]) -> String {
        let lines = parts.sorted { $0.number < $1.number }.map { part in
            let checksum = part.checksum.map { "<ChecksumSHA256>\($0)</ChecksumSHA256>" } ?? ""
            let names = "<PartNumber>\(part.number)</PartNumber><ETag>\(escaped(part.tag))</ETag>"
            return "<Part>\(names)\(checksum)</Part>"
        }
        return """
            <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\(lines.joined())\
            </CompleteMultipartUpload>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
    }
}
