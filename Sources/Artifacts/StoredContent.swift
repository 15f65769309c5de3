/// What was written: measured on the way, never taken from whoever sent it.
package struct StoredContent: Hashable, Sendable {
    /// Lower-case hexadecimal.
    package let sha256: String
    package let sizeBytes: Int64

    package init(sha256: String, sizeBytes: Int64) {
        self.sha256 = sha256
        self.sizeBytes = sizeBytes
    }
}
