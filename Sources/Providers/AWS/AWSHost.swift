/// Hosts of AWS.
enum AWSHost {
    static func isAWS(_ host: String) -> Bool {
        host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn")
    }
}
