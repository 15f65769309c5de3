package import OutboundHTTP
import Pipeline

/// The wish of a provider to be left alone for a while.
///
/// The forms in milliseconds and in seconds are read; a date would be measured against a clock that is not ours.
package enum RetryAfterHeader {
    package static func milliseconds(_ response: HTTPResponse) -> Int? {
        guard let wish = wish(response), wish.isFinite, wish >= 0 else { return nil }
        return Int(min(max(wish, 1_000), Double(PollSchedule.retryAfterMsMax)).rounded(.up))
    }

    private static func wish(_ response: HTTPResponse) -> Double? {
        if let text = response.header("retry-after-ms"), let milliseconds = Double(text) {
            return milliseconds
        }
        return response.header("retry-after").flatMap { Double($0) }.map { $0 * 1_000 }
    }
}
