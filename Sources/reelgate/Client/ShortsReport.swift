import Contracts
import Foundation

/// The shorts of a finished run as a table, and their files in a folder.
struct ShortsReport {
    private static let fileBytesMax: Int64 = 4 << 30

    let outputs: [OutputView]

    /// Whether every short is rendered in each of its ratios.
    var isComplete: Bool {
        !outputs.isEmpty
            && outputs.allSatisfy { output in
                output.state == "rendered" && !output.renditions.isEmpty
                    && !output.warnings.contains { $0.code == "ratio-missing" }
            }
    }

    var table: String {
        var table = TextTable(columns: ["#", "title", "score", "source", "length", "files", "ready"])
        for output in outputs {
            let start = output.sourceRangesMs.first?.startMs ?? 0
            let end = output.sourceRangesMs.last?.endMs ?? 0
            table.add([
                "\(output.ordinal)",
                output.title,
                "\(Int(output.score.rounded()))",
                "\(Self.clock(start)) - \(Self.clock(end))",
                Duration.milliseconds(output.durationMs).shortText,
                output.state == "rendered"
                    ? output.renditions.map(\.aspectRatio.rawValue).joined(separator: " ") : output.state,
                output.qc.map { $0.ready ? "yes" : Self.failedChecks($0) } ?? "-",
            ])
        }
        return table.text
    }

    /// Downloads every rendition and the captions beside them; returns the paths.
    func download(into folder: String, with client: GatewayClient) async throws -> [String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var paths: [String] = []
        for output in outputs {
            let stem = "\(folder)/\(Self.number(output.ordinal))-\(Self.slug(output.title))"
            let videos = output.renditions.map { ("\(stem).\($0.aspectRatio.slug).mp4", $0.url) }
            // What the gateway names becomes a part of a path only where it is one of these.
            let captions = output.captions.filter { ["srt", "vtt"].contains($0.format) }
                .map { ("\(stem).\($0.format)", $0.url) }
            for (path, url) in videos + captions {
                try await client.download(url, to: path, bytesMax: Self.fileBytesMax)
                paths.append(path)
            }
        }
        return paths
    }

    private static func failedChecks(_ report: QualityReport) -> String {
        "no: " + Set(report.checks.filter { !$0.passed }.map(\.name)).sorted().joined(separator: ", ")
    }

    private static func number(_ ordinal: Int) -> String { ordinal < 10 ? "0\(ordinal)" : "\(ordinal)" }

    /// Only plain letters, digits and dashes reach a file name.
    private static func slug(_ title: String) -> String {
        let words = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = words.joined(separator: "-").prefix(48)
        return slug.isEmpty ? "short" : String(slug)
    }

    private static func clock(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1_000
        let minutes = seconds / 60
        return "\(minutes):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }
}
