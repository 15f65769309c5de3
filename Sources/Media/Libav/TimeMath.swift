import CLibav

/// Conversions between the ticks of a stream and milliseconds.
enum TimeMath {
    static let milliseconds = AVRational(num: 1, den: 1_000)

    static func ms(_ ticks: Int64, _ timeBase: AVRational) -> Int {
        Int(av_rescale_q(ticks, timeBase, milliseconds))
    }

    static func seconds(_ ticks: Int64, _ timeBase: AVRational) -> Double {
        Double(ticks) * Double(timeBase.num) / Double(timeBase.den)
    }

    static func ticks(ms: Int, _ timeBase: AVRational) -> Int64 {
        av_rescale_q(Int64(ms), milliseconds, timeBase)
    }
}
