import OutboundHTTP
import Pipeline

/// The wish of a provider to be left alone for a while.
///
/// Only the form in seconds is read: a date would be measured against a clock that is not ours.
enum RetryAfterHeader {
    static func milliseconds(_ response: HTTPResponse) -> Int? {
        guard let text = response.header("retry-after"), let seconds = Int(text), seconds >= 0 else {
            return nil
        }
        return min(max(seconds, 1), PollSchedule.retryAfterMsMax / 1_000) * 1_000
    }
}
