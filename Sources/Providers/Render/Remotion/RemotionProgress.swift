import Contracts

/// Reads `renders/{id}/progress.json`, by the rules of Remotion's own reader.
enum RemotionProgress {
    /// Clocks at AWS differ; so long after its limit a render counts as cut off.
    static let graceMs = 20_000.0

    private struct File: Decodable {
        struct After: Decodable {
            var outputSize: Int64?
        }

        struct Metadata: Decodable {
            var totalChunks: Int?
            var startedDate: Double?
            var frameRange: [Int]?
            var everyNthFrame: Int?
            var outName: OutName?
        }

        var postRenderData: After?
        var renderMetadata: Metadata?
        var errors: [RemotionAnswers.Trouble]?
        var chunks: [Int]?
        var framesRendered: Double?
        var framesEncoded: Double?
        var combinedFrames: Double?
        var functionLaunched: Double?
        var timeoutTimestamp: Double?
    }

    /// A name in the render's own folder, or an object of a bucket.
    private enum OutName: Decodable {
        case name(String)
        case object(bucket: String, key: String)

        enum CodingKeys: String, CodingKey {
            case bucketName, key
        }

        init(from decoder: any Decoder) throws {
            if let name = try? decoder.singleValueContainer().decode(String.self) {
                self = .name(name)
            } else {
                let members = try decoder.container(keyedBy: CodingKeys.self)
                self = .object(
                    bucket: try members.decode(String.self, forKey: .bucketName),
                    key: try members.decode(String.self, forKey: .key)
                )
            }
        }
    }

    /// `nowMs` is the time in milliseconds since 1970.
    static func read(_ bytes: [UInt8], nowMs: Double) throws(AnswerFault) -> RemotionAnswers.Told {
        let file = try AnswerJSON.decode(File.self, bytes)
        if let after = file.postRenderData {
            guard case .object(let bucket, let key)? = file.renderMetadata?.outName else {
                throw AnswerFault("it is done and does not name the object that it made", isOfResult: true)
            }
            return RemotionAnswers.Told(
                state: .done,
                outputKey: key,
                outputBucket: bucket,
                sizeBytes: after.outputSize
            )
        }
        if let failure = RemotionAnswers.failure(file.errors ?? []) {
            return RemotionAnswers.Told(state: failure)
        }
        if isCutOff(file, nowMs: nowMs) {
            return RemotionAnswers.Told(
                state: .failed(words: "its function reached its time limit", isPassing: true)
            )
        }
        return RemotionAnswers.Told(state: .running(progress(file)))
    }

    /// Nobody writes down that a function ran out of time.
    ///
    /// With chunks missing that is so after the limit, else after twice the limit: another function may be putting
    /// them together.
    private static func isCutOff(_ file: File, nowMs: Double) -> Bool {
        guard let limit = file.timeoutTimestamp, let launched = file.functionLaunched, limit > launched else {
            return false
        }
        let start = file.renderMetadata?.startedDate ?? launched
        let done = Set(file.chunks ?? []).count
        let isMissing = file.renderMetadata?.totalChunks.map { done < $0 } ?? false
        let limits = isMissing ? 1.0 : 2.0
        return nowMs > start + limits * (limit - launched) + graceMs
    }

    /// Rendering is most of the work; encoding and putting together follow close behind it.
    private static func progress(_ file: File) -> Double {
        guard let range = file.renderMetadata?.frameRange, range.count == 2, range[1] >= range[0] else {
            return 0
        }
        let every = Double(max(file.renderMetadata?.everyNthFrame ?? 1, 1))
        let frames = ((Double(range[1]) - Double(range[0]) + 1) / every).rounded(.up)
        func share(_ count: Double?) -> Double { RemotionAnswers.share((count ?? 0) / frames) }
        return 0.7 * share(file.framesRendered) + 0.2 * share(file.framesEncoded)
            + 0.1 * share(file.combinedFrames)
    }
}
