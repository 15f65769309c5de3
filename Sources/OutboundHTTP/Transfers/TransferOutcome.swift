/// All that a finished transfer leaves behind.
struct TransferOutcome: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    var isTruncated: Bool
    var isBodySlow = false
    var resends = 0
    var fileBytes: Int64
    var timing: TransferTiming
}
