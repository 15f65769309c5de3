/// Where a download goes, and how much of it may come.
final class DownloadTarget {
    private let path: String
    private let bytesMax: Int64
    private let isAppending: Bool
    private let onBytes: (@Sendable (Int64, Int64?) -> Void)?
    private var file: OpenFile?
    private(set) var sizeBytes: Int64 = 0
    private var expectedBytes: Int64?

    init(
        path: String,
        bytesMax: Int64,
        isAppending: Bool,
        onBytes: (@Sendable (Int64, Int64?) -> Void)?
    ) {
        self.path = path
        self.bytesMax = bytesMax
        self.isAppending = isAppending
        self.onBytes = onBytes
    }

    /// Opens the file once the answer is known to be it.
    ///
    /// Returns why that fails.
    func open(for head: ResponseHead) -> TransferError? {
        guard file == nil else { return nil }
        guard let file = OpenFile.writing(path), let existing = file.sizeBytes else {
            return TransferError(.fileFailed, "the file to download to cannot be opened")
        }
        if head.status == 206 {
            let start = isAppending ? existing : 0
            guard Self.rangeStart(of: head) == start || !isAppending else {
                return TransferError(
                    .protocolViolation,
                    "the answer continues at another place than asked for"
                )
            }
            guard isAppending || file.truncate(), file.seek(to: start) else { return Self.unwritable }
            sizeBytes = start
        } else {
            guard file.truncate() else { return Self.unwritable }
        }
        self.file = file
        let length = head.headers.firstValue(named: "content-length").flatMap { Int64($0) }
        expectedBytes = length.flatMap { length in
            let (sum, isOverflow) = sizeBytes.addingReportingOverflow(length)
            return length < 0 || isOverflow ? nil : sum
        }
        // Refused before the first byte where the length is announced.
        if let expectedBytes, expectedBytes > bytesMax { return tooLarge }
        return nil
    }

    func write(_ buffer: UnsafeRawBufferPointer) -> TransferError? {
        sizeBytes += Int64(buffer.count)
        guard sizeBytes <= bytesMax else { return tooLarge }
        guard let file, unsafe file.write(buffer) else { return Self.unwritable }
        onBytes?(sizeBytes, expectedBytes)
        return nil
    }

    private var tooLarge: TransferError {
        TransferError(.tooLarge, "the file is larger than the \(bytesMax) bytes allowed")
    }

    private static let unwritable = TransferError(.fileFailed, "the downloaded file cannot be written")

    private static func rangeStart(of head: ResponseHead) -> Int64? {
        guard let range = head.headers.firstValue(named: "content-range"), range.hasPrefix("bytes ") else {
            return nil
        }
        return Int64(range.dropFirst(6).prefix { $0 != "-" })
    }
}
