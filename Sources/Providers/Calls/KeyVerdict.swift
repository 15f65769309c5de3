import Contracts
package import OutboundHTTP

/// What came of asking a provider something that needs the key and costs nothing.
package enum KeyVerdict: Sendable, Hashable {
    case accepted
    /// It was reached, and does not take the key; why, as the end of a sentence.
    case refused(String)
    /// No answer came.
    case unreachable(String)
    /// It was reached, and is busy or broken; it may be well later.
    case unwell(String)
    /// It was reached, and answers otherwise than its API does; most likely the address is another one's.
    case strange(String)
    /// It was reached, but its answer does not tell whether it takes the key.
    case unknown(String)
    /// It was not asked.
    case unasked(String)

    /// By the status, and by how AWS names its troubles.
    package init(_ response: HTTPResponse) {
        let answer = "it answered with status \(response.status)"
        self =
            switch (response.status, AnswerClass(response)) {
            case (401, _), (403, _): .refused(answer)
            case (_, .success): .accepted
            case (_, .busy), (_, .away), (_, .unclear): .unwell(answer)
            case (_, .unknown), (_, .refused): .strange(answer)
            }
    }

    /// Of a question about something that is not there, where no other costs nothing: that it is not there tells nothing.
    init(onMissing response: HTTPResponse) {
        let isExpected = [200, 400, 404, 410, 422].contains(response.status)
        self = isExpected ? .unknown("no call that costs nothing tells") : KeyVerdict(response)
    }

    /// Of a question to S3 about an object that is not there.
    init(onMissingIn bucket: String, _ response: HTTPResponse) {
        let body = String(decoding: response.body.prefix(4_096), as: UTF8.self)
        let code = body.firstMatch(of: /<Code>([A-Za-z]{1,60})<\/Code>/).map { String($0.output.1) }
        self =
            switch (response.status, code) {
            case (_, "NoSuchBucket"): .refused("there is no bucket '\(bucket)'")
            case (200..<300, _), (404, _): .accepted
            case (403, "AccessDenied"):
                .unknown("without the right s3:ListBucket, bucket '\(bucket)' does not tell")
            default: Self.bucket(bucket, response, code)
            }
    }

    private static func bucket(_ bucket: String, _ response: HTTPResponse, _ code: String?) -> KeyVerdict {
        let why = "bucket '\(bucket)' answered with status \(response.status)\(code.map { " \($0)" } ?? "")"
        return if case .unwell = KeyVerdict(response) { .unwell(why) } else { .refused(why) }
    }
}

extension ProviderCall {
    private static let checkTimeouts = TransferTimeouts(
        connectMilliseconds: 5_000,
        totalMilliseconds: 10_000
    )

    /// Asks what needs the key and costs nothing, and judges the answer.
    func verdict(
        on request: HTTPRequest,
        _ judge: (HTTPResponse) -> KeyVerdict = { KeyVerdict($0) }
    ) async -> KeyVerdict {
        var request = request
        request.timeouts = Self.checkTimeouts
        request.limits.excess = .truncate
        do throws(CallFailure) {
            return judge(try await exchange(request, answerBytesMax: 64 << 10))
        } catch {
            return .unreachable(error.problem.detail)
        }
    }
}
