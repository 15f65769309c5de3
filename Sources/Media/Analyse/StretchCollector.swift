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
        let start = ms(frame.metadata(startName))
        guard let end = ms(frame.metadata(endName)) else {
            if let start { openMs = start }
            return
        }
        // A stretch that is just as long as the filter asks for starts and ends on one frame.
        if let from = openMs ?? start, end > from { stretches.append(from..<end) }
        openMs = start.flatMap { $0 >= end ? $0 : nil }
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
