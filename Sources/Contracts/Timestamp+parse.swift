package import Foundation

extension Timestamp {
    /// Reads an RFC 3339 time; nil for any other form, and for a day or an hour that there is not.
    package static func parse(_ text: String) -> Date? {
        var reader = TimestampReader(bytes: Array(text.utf8))
        return reader.read().map { Date(timeIntervalSince1970: $0) }
    }
}

/// Reads `2026-11-24T09:00:00.000Z` from front to back.
private struct TimestampReader {
    private static let fractionDigitsMax = 9
    private static let daySeconds = 86_400

    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Seconds since 1970.
    mutating func read() -> Double? {
        guard let year = number(digits: 4), take("-"), let month = number(digits: 2), take("-"),
            let day = number(digits: 2), take("T") || take("t"), let hour = number(digits: 2), take(":"),
            let minute = number(digits: 2), take(":"), let second = number(digits: 2),
            let fraction = fraction(), let offset = offset(), position == bytes.count,
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.daysSince1970(year, month, day)
        let whole = days * Self.daySeconds + hour * 3_600 + minute * 60 + second - offset
        return Double(whole) + fraction
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int(bytes[position] - UInt8(ascii: "0"))
    }

    private mutating func number(digits count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The part of a second, which may be left out.
    private mutating func fraction() -> Double? {
        guard take(".") else { return 0 }
        var (value, scale, count) = (0, 1.0, 0)
        while let digit = digit() {
            count += 1
            guard count <= Self.fractionDigitsMax else { return nil }
            value = value * 10 + digit
            scale *= 10
        }
        return count == 0 ? nil : Double(value) / scale
    }

    /// How many seconds the time's place is ahead of UTC.
    private mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(digits: 2), take(":"), let minutes = number(digits: 2),
            hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days in the Gregorian calendar, of which 400 years have 146,097 and which a March begins.
    ///
    /// See <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Counted from year -400, so that no number is negative.
        let year = (month <= 2 ? year - 1 : year) + 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear
        return days - 146_097 - 719_468
    }
}
