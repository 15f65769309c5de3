/// Gathers stretches whose start and end a filter attaches to frames, in seconds.
struct StretchCollector {
    private let startName: String
    private let endName: String
    private var openMs: Int?
    private var stretches: [Range<Int>] = []

    init(start: String, end: String) {
        startName = start
        endName = end
    }

    mutating func add(_ frame: Frame) {
        if let end = ms(frame.metadata(endName)), let start = openMs {
            if end > start { stretches.append(start..<end) }
            openMs = nil
        }
        if let start = ms(frame.metadata(startName)) { openMs = start }
    }

    /// All stretches of at least `minimumMs`; one that is still open ends with the file.
    mutating func finish(atMs endMs: Int, minimumMs: Int) -> [Range<Int>] {
        if let openMs, endMs > openMs { stretches.append(openMs..<endMs) }
        openMs = nil
        return stretches.filter { $0.count >= minimumMs }
    }

    private func ms(_ seconds: String?) -> Int? {
        seconds.flatMap(Double.init).map { Int(($0 * 1_000).rounded()) }
    }
}
