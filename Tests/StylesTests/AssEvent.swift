/// One dialogue line of a script, with times in hundredths.
struct AssEvent: Equatable {
    let layer: Int
    let start: Int
    let end: Int
    let text: String

    static func all(_ script: String, style: String) -> [AssEvent] {
        script.split(separator: "\n").filter { $0.hasPrefix("Dialogue: ") }.compactMap { line in
            let fields = line.dropFirst("Dialogue: ".count)
                .split(separator: ",", maxSplits: 9, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 10, fields[3] == style else { return nil }
            return AssEvent(
                layer: Int(fields[0]) ?? -1,
                start: hundredths(fields[1]),
                end: hundredths(fields[2]),
                text: fields[9]
            )
        }
    }

    /// Where its anchor stands.
    var place: (x: Int, y: Int)? {
        text.firstMatch(of: /\\pos\(([\d.]+),([\d.]+)\)/).map { match in
            (Int(Double(match.output.1) ?? -1), Int(Double(match.output.2) ?? -1))
        }
    }

    /// Of a drawing that begins at 0,0.
    var shapeSize: (width: Int, height: Int)? {
        guard let drawing = text.firstMatch(of: /\\p1\}([^{]*)/)?.output.1 else { return nil }
        let numbers = drawing.split(separator: " ").compactMap { Int($0) }
        let (xs, ys) = (
            numbers.indices.filter { $0 % 2 == 0 }.map { numbers[$0] },
            numbers.indices.filter { $0 % 2 == 1 }.map { numbers[$0] }
        )
        guard let width = xs.max(), let height = ys.max() else { return nil }
        return (width, height)
    }

    private static func hundredths(_ time: String) -> Int {
        let parts = time.split(whereSeparator: { ":.".contains($0) }).compactMap { Int($0) }
        return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 100 + parts[3]
    }
}
