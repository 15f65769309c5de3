import Glibc

/// Finds stretches of 16 bit sound whose level stays under a threshold.
struct SilenceFinder {
    /// The length of one measured window.
    static let windowMs = 10
    /// A click shorter than this inside a pause does not end it.
    private static let clickMsMax = 30

    private let windowSamples: Int
    private let powerMax: Double
    private let minimumMs: Int
    private var sum = 0.0
    private var count = 0
    private var windows = 0
    private var quietStart: Int?
    private var loudWindows = 0
    private var found: [Range<Int>] = []

    init(sampleRate: Int, thresholdDb: Double, minimumMs: Int) {
        windowSamples = max(1, sampleRate * Self.windowMs / 1_000)
        powerMax = pow(10, thresholdDb / 10)
        self.minimumMs = minimumMs
    }

    mutating func add(_ samples: [Int16]) {
        for sample in samples {
            let value = Double(sample) / 32_768
            sum += value * value
            count += 1
            if count == windowSamples { closeWindow() }
        }
    }

    /// The stretches in milliseconds from the first sample on.
    mutating func finish() -> [Range<Int>] {
        if count > 0 { closeWindow() }
        closeQuiet(at: windows - loudWindows)
        return found
    }

    private mutating func closeWindow() {
        let isQuiet = sum / Double(count) <= powerMax
        sum = 0
        count = 0
        if isQuiet {
            if quietStart == nil { quietStart = windows }
            loudWindows = 0
        } else if quietStart != nil {
            loudWindows += 1
            if loudWindows * Self.windowMs > Self.clickMsMax { closeQuiet(at: windows - loudWindows + 1) }
        }
        windows += 1
    }

    private mutating func closeQuiet(at end: Int) {
        defer {
            quietStart = nil
            loudWindows = 0
        }
        guard let quietStart, (end - quietStart) * Self.windowMs >= minimumMs else { return }
        found.append(quietStart * Self.windowMs..<end * Self.windowMs)
    }
}
