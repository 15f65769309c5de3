package import Foundation

/// The `Retry-After` header (RFC 9110), in seconds or as a date.
package enum RetryAfter {
    /// Milliseconds to wait from `now`; 0 for a time that has passed; nil for what is neither form.
    package static func milliseconds(_ text: String, now: Date) -> Int? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // A number too long for an integer is a very long wait all the same.
            guard let seconds = Int(text), seconds <= secondsMax else { return secondsMax * 1000 }
            return seconds * 1000
        }
        guard let date = date(text, now: now) else { return nil }
        let seconds = date.timeIntervalSince(now)
        return Int(min(max(0, seconds), Double(secondsMax)) * 1000)
    }

    /// Far beyond any pause that we grant, and far below overflow.
    private static let secondsMax = 100 * 365 * 86_400

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of a date that senders may still produce, and the two that
    /// receivers must still know: `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    private static func date(_ text: String, now: Date) -> Date? {
        let fields = text.split(separator: " ").map(String.init)
        switch fields.count {
        case 6 where fields[0].hasSuffix(",") && fields[5] == "GMT":
            return date(fields[1], fields[2], number(fields[3], digits: 4), fields[4])
        case 4 where fields[0].hasSuffix(",") && fields[3] == "GMT":
            let parts = fields[1].split(separator: "-").map(String.init)
            guard parts.count == 3, let short = number(parts[2], digits: 2) else { return nil }
            return date(parts[0], parts[1], fullYear(short, now: now), fields[2])
        case 5:
            let day = fields[2].utf8.count == 1 ? "0" + fields[2] : fields[2]
            return date(day, fields[1], number(fields[4], digits: 4), fields[3])
        default: return nil
        }
    }

    /// A year of two digits that seems to be more than fifty years ahead is the last one that ended so.
    private static func fullYear(_ short: Int, now: Date) -> Int {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let current = calendar.component(.year, from: now)
        let year = current - current % 100 + short
        return year > current + 50 ? year - 100 : year
    }

    private static func date(_ day: String, _ month: String, _ year: Int?, _ clock: String) -> Date? {
        let clock = clock.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let year, let month = months.firstIndex(of: month), let day = number(day, digits: 2),
            clock.count == 3, let hour = number(clock[0], digits: 2),
            let minute = number(clock[1], digits: 2),
            let second = number(clock[2], digits: 2), (1...31).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(
                year: year,
                month: month + 1,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            )
        )
    }

    private static func number(_ text: String, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
