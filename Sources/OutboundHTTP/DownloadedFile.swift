/// What came of a download.
///
/// The file was only written when the status is 200 or 206.
package struct DownloadedFile: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]

    /// The size of the whole file, with the part that was there before a continued download.
    package let sizeBytes: Int64

    /// The beginning of the answer when it was not the file.
    package let errorBody: [UInt8]
    package let timing: TransferTiming

    package var isFile: Bool { status == 200 || status == 206 }

    /// The first header of that name, in any letter case.
    package func header(_ name: String) -> String? { headers.firstValue(named: name) }
}
