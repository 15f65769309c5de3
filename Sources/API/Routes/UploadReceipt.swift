/// What was taken from a worker.
struct UploadReceipt: Codable, Sendable, Hashable {
    let name: String
    let sha256: String
    let sizeBytes: Int64
}
