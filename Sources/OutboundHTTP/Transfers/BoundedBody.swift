/// The kept beginning of a body, within limits.
struct BoundedBody {
    enum Verdict {
        case more

        /// Enough was read; the answer stands, cut short.
        case cut
        case tooLarge
    }

    private(set) var bytes: [UInt8] = []
    private(set) var isTruncated = false
    private var bytesSeen = 0

    mutating func take(_ chunk: [UInt8], limits: ResponseLimits) -> Verdict {
        let room = limits.keptBytesMax - bytes.count
        bytes.append(contentsOf: chunk.prefix(max(0, room)))
        bytesSeen += chunk.count
        guard bytesSeen > limits.keptBytesMax else { return .more }
        isTruncated = true
        guard limits.excess == .truncate else { return .tooLarge }
        return bytesSeen > limits.keptBytesMax + limits.drainedBytesMax ? .cut : .more
    }
}
