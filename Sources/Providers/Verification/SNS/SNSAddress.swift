/// The addresses in a message that may be visited: those of SNS itself, in the region of the topic.
///
/// The text alone decides, before anything is fetched, and by the narrowest pattern: no port, no user, no dot at the end.
enum SNSAddress {
    static let bytesMax = 2_048

    static func isCertificate(_ url: String, region: String) -> Bool {
        guard let path = path(of: url, region: region) else { return false }
        return path.wholeMatch(of: /SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem/) != nil
    }

    static func isConfirmation(_ url: String, region: String) -> Bool {
        guard let path = path(of: url, region: region) else { return false }
        return path.hasPrefix("?Action=ConfirmSubscription&")
    }

    /// What follows the host and its slash.
    private static func path(of url: String, region: String) -> Substring? {
        guard url.utf8.count <= bytesMax, region.wholeMatch(of: /[a-z0-9\-]{1,40}/) != nil else { return nil }
        for end in ["amazonaws.com", "amazonaws.com.cn"] {
            let start = "https://sns.\(region).\(end)/"
            if url.hasPrefix(start) { return url.dropFirst(start.count) }
        }
        return nil
    }
}
