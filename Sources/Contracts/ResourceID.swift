package import Foundation

/// Ids of the wire: a prefix, `_`, and the 26 lower-case Crockford base-32 characters of a UUIDv7.
package enum ResourceID {
    package enum Prefix: String, Sendable, CaseIterable {
        case run
        case job
        case output = "out"
        case asset = "ast"
        case artifact = "art"
        case style = "sty"
        case endpoint = "ep"
        case message = "msg"
        case delivery = "dlv"
        case key
        case tenant = "ten"
        case event = "evt"
        case task = "tsk"
        case callback = "cb"
        case request = "req"
        case gateway = "gw"
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A new id; ids made later sort later, to the millisecond.
    package static func make(_ prefix: Prefix, now: Date = Date()) -> String {
        var generator = SystemRandomNumberGenerator()
        return make(prefix, now: now, random: (generator.next(), generator.next()))
    }

    /// The id of a given time and 74 of the given random bits.
    package static func make(_ prefix: Prefix, now: Date, random: (UInt64, UInt64)) -> String {
        let milliseconds = UInt64(max(0, now.timeIntervalSince1970 * 1_000)) & 0xFFFF_FFFF_FFFF
        let high = (milliseconds << 16) | 0x7000 | (random.0 & 0x0FFF)
        let low = 0x8000_0000_0000_0000 | (random.1 & 0x3FFF_FFFF_FFFF_FFFF)
        var value = (UInt128(high) << 64) | UInt128(low)
        var characters = [UInt8](repeating: 0, count: 26)
        for index in (0..<26).reversed() {
            characters[index] = alphabet[Int(value & 31)]
            value >>= 5
        }
        return "\(prefix.rawValue)_\(String(decoding: characters, as: UTF8.self))"
    }

    /// When an id of ours was made, to the millisecond; nil for any other text.
    package static func madeAt(_ id: String) -> Date? {
        guard let digits = id.split(separator: "_").last?.utf8, digits.count == 26 else { return nil }
        var value: UInt128 = 0
        for digit in digits {
            guard let place = alphabet.firstIndex(of: digit) else { return nil }
            value = (value << 5) | UInt128(place)
        }
        return Date(timeIntervalSince1970: Double(UInt64(truncatingIfNeeded: value >> 80)) / 1_000)
    }

    /// Whether `text` has the shape of an id with this prefix.
    ///
    /// Says nothing about whether it exists.
    package static func isValid(_ text: String, _ prefix: Prefix) -> Bool {
        let start = prefix.rawValue.utf8.count + 1
        guard text.utf8.count == start + 26, text.hasPrefix("\(prefix.rawValue)_") else { return false }
        return text.utf8.dropFirst(start).allSatisfy(alphabet.contains)
    }
}
