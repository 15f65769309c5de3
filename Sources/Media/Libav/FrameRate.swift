import CLibav

/// Frames a second as a fraction, since 29.97 is not a whole number.
package struct FrameRate: Sendable, Hashable, CustomStringConvertible {
    package let numerator: Int
    package let denominator: Int

    package init(_ numerator: Int, _ denominator: Int = 1) {
        self.numerator = numerator
        self.denominator = denominator
    }

    init?(_ rational: AVRational) {
        guard rational.num > 0, rational.den > 0 else { return nil }
        self.init(Int(rational.num), Int(rational.den))
    }

    package var framesPerSecond: Double { Double(numerator) / Double(denominator) }
    package var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
    var rational: AVRational { AVRational(num: Int32(numerator), den: Int32(denominator)) }
    /// One frame as a time base.
    var timeBase: AVRational { AVRational(num: Int32(denominator), den: Int32(numerator)) }
}
