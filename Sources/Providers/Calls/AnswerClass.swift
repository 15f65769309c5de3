package import OutboundHTTP

/// What the status of a provider's answer means for the call, whatever the provider.
package enum AnswerClass: String, Sendable, Hashable, CaseIterable {
    case success
    /// It is well but takes nothing now, and did nothing.
    case busy
    /// It did nothing, and may when it is asked again.
    case away
    /// It may have acted on the request, or not.
    case unclear
    /// It does not know what the request is about.
    case unknown
    /// It will not do this, however often it is asked.
    case refused

    /// Reads the status, `x-should-retry`, and the error names of AWS, which come with status 400.
    package init(_ response: HTTPResponse) {
        self.init(
            status: response.status,
            shouldRetry: response.header("x-should-retry"),
            isThrottled: response.status == 400 && Self.namesThrottling(response)
        )
    }

    init(status: Int, shouldRetry: String? = nil, isThrottled: Bool = false) {
        let plain: AnswerClass =
            switch status {
            case 200..<300: .success
            case 429, 529: .busy
            case 409, 425, 503: .away
            // Whoever answered, the provider or something before it, does not tell whether it acted.
            case 408, 500...: .unclear
            case 404, 410: .unknown
            default: isThrottled ? .busy : .refused
            }
        self =
            switch (shouldRetry?.lowercased(), plain) {
            case ("true", .refused): .away
            case ("false", .busy), ("false", .away): .refused
            default: plain
            }
    }

    /// Names of AWS errors that pass by themselves.
    private static let throttlingNames = [
        "ThrottlingException", "TooManyRequestsException", "LimitExceededException",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded",
    ]

    /// The name stands in a header or, as `__type`, near the beginning of the body.
    private static func namesThrottling(_ response: HTTPResponse) -> Bool {
        let named = response.header("x-amzn-errortype") ?? ""
        let head = String(decoding: response.body.prefix(1_024), as: UTF8.self)
        let told = head.contains("__type") ? head : ""
        return throttlingNames.contains { named.contains($0) || told.contains($0) }
    }
}
