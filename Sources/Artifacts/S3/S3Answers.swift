import Foundation
import OutboundHTTP
import Signatures

/// What a list of objects says.
struct S3Page: Hashable {
    struct Entry: Hashable {
        let key: String
        let modifiedAt: Date
    }

    let entries: [Entry]
    let hasMore: Bool

    init?(_ body: [UInt8]) {
        guard let root = XMLReader.read(body), root.name == "ListBucketResult" else { return nil }
        let isEncoded = root.text("EncodingType") == "url"
        var entries: [Entry] = []
        for object in root.all("Contents") {
            guard let key = S3Answers.key(object.text("Key"), isEncoded: isEncoded),
                let modifiedAt = S3Answers.moment(object.text("LastModified"))
            else { return nil }
            entries.append(Entry(key: key, modifiedAt: modifiedAt))
        }
        self.entries = entries
        hasMore = root.text("IsTruncated") == "true"
    }
}

/// What a list of unfinished uploads says.
struct S3UploadPage: Hashable {
    /// Where the next list goes on.
    struct Mark: Hashable, Sendable {
        let key: String
        let id: String
    }

    struct Entry: Hashable {
        let key: String
        let id: String
        let begunAt: Date
    }

    let entries: [Entry]
    let next: Mark?

    init?(_ body: [UInt8]) {
        guard let root = XMLReader.read(body), root.name == "ListMultipartUploadsResult" else { return nil }
        let isEncoded = root.text("EncodingType") == "url"
        var entries: [Entry] = []
        for upload in root.all("Upload") {
            guard let key = S3Answers.key(upload.text("Key"), isEncoded: isEncoded),
                let id = upload.text("UploadId"), (1...S3Upload.idBytesMax).contains(id.utf8.count),
                let begunAt = S3Answers.moment(upload.text("Initiated"))
            else { return nil }
            entries.append(Entry(key: key, id: id, begunAt: begunAt))
        }
        self.entries = entries
        let key = S3Answers.key(root.text("NextKeyMarker"), isEncoded: isEncoded)
        let id = root.text("NextUploadIdMarker")
        let hasMore = root.text("IsTruncated") == "true"
        next = hasMore ? key.flatMap { key in id.map { Mark(key: key, id: $0) } } : nil
    }
}

enum S3Answers {
    private static let keyBytesMax = 1_024

    static func uploadId(_ body: [UInt8]) -> String? {
        guard let root = XMLReader.read(body), root.name == "InitiateMultipartUploadResult",
            let id = root.text("UploadId"), (1...S3Upload.idBytesMax).contains(id.utf8.count)
        else { return nil }
        return id
    }

    /// Whether an upload was put together: a 200 alone does not say so.
    static func isCompleted(_ body: [UInt8]) -> Bool {
        XMLReader.read(body)?.name == "CompleteMultipartUploadResult"
    }

    /// The place of a piece in its object, from `bytes 0-9/100`.
    static func contentRange(_ header: String?) -> (range: Range<Int64>, total: Int64)? {
        guard let header, header.hasPrefix("bytes ") else { return nil }
        let parts = header.dropFirst(6).split(separator: "/")
        guard parts.count == 2, let total = Int64(parts[1]) else { return nil }
        let bounds = parts[0].split(separator: "-")
        guard bounds.count == 2, let first = Int64(bounds[0]), let last = Int64(bounds[1]), first >= 0,
            last >= first, last < total
        else { return nil }
        return (first..<(last + 1), total)
    }

    static func key(_ text: String?, isEncoded: Bool) -> String? {
        guard let text, text.utf8.count <= 3 * keyBytesMax else { return nil }
        // A plus sign stands for a space where keys are encoded as in forms.
        return isEncoded ? PercentEncoding.decode(text.replacing("+", with: "%20")) : text
    }

    /// `2026-12-01T03:00:00.000Z`, with or without its fraction.
    static func moment(_ text: String?) -> Date? {
        guard let text, text.utf8.count <= 40 else { return nil }
        let style = Date.ISO8601FormatStyle()
        return (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
            ?? (try? style.parse(text))
    }
}
