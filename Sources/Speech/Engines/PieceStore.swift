import Foundation

/// What engines answered to pieces of one recording, on disk, so that work that was cut off goes on where it ended.
///
/// To have less there than was written costs time and nothing else: what cannot be written or read is recognised again.
struct PieceStore: Sendable {
    /// Recordings beyond so many, and older than this, are those of tasks that nobody takes up again.
    private static let recordingsMax = 8
    private static let secondsMax: TimeInterval = 24 * 3_600
    private static let bytesMax = 32 << 20

    private let folder: String

    /// `recording` is the digest of its file, and `model` whatever tells the words of two models apart.
    init?(directory: String, recording: String, model: String) {
        let isName = (1...128).contains(recording.utf8.count) && recording.allSatisfy(\.isHexDigit)
        guard isName else { return nil }
        let name = String(model.map { $0.isLetter || $0.isNumber ? $0 : "-" })
        folder = "\(directory)/\(recording)/\(name)"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        Self.prune(directory, keeping: recording)
    }

    /// What was answered to a piece that was recognised as of this language.
    func answer(to piece: Range<Int>, language: String?) -> EngineAnswer? {
        let path = path(piece, language)
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber,
            size.intValue <= Self.bytesMax,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return try? JSONDecoder().decode(EngineAnswer.self, from: data)
    }

    func keep(_ answer: EngineAnswer, to piece: Range<Int>, language: String?) {
        let data = try? JSONEncoder().encode(answer)
        try? data?.write(to: URL(filePath: path(piece, language)), options: .atomic)
    }

    /// Removes all that is kept of a recording.
    static func forget(_ recording: String, in directory: String) {
        guard recording.allSatisfy(\.isHexDigit), !recording.isEmpty else { return }
        try? FileManager.default.removeItem(atPath: "\(directory)/\(recording)")
    }

    private func path(_ piece: Range<Int>, _ language: String?) -> String {
        "\(folder)/\(piece.lowerBound)-\(piece.upperBound)-\(language ?? "any").json"
    }

    /// Removes what nobody takes up again.
    static func prune(_ directory: String, keeping recording: String? = nil) {
        let files = FileManager.default
        let others = ((try? files.contentsOfDirectory(atPath: directory)) ?? []).filter { $0 != recording }
        let dated = others.map { name in
            let date = try? files.attributesOfItem(atPath: "\(directory)/\(name)")[.modificationDate] as? Date
            return (name: name, date: date ?? .distantPast)
        }.sorted { ($1.date, $0.name) < ($0.date, $1.name) }
        let oldest = Date(timeIntervalSinceNow: -secondsMax)
        for (index, other) in dated.enumerated() where index + 1 >= recordingsMax || other.date < oldest {
            try? files.removeItem(atPath: "\(directory)/\(other.name)")
        }
    }
}
