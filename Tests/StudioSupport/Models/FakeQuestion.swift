package import Editorial
package import LoopbackSupport

/// A request of one of the three APIs, as a model server understands it.
package struct FakeQuestion: Sendable {
    package enum API: String, Sendable, CaseIterable {
        case messages
        case chat
        case responses
    }

    /// A sentence that is shown, with the second at which it starts.
    package struct Line: Sendable {
        package let number: Int
        package let start: Int
        package let text: String
    }

    package let api: API
    /// 0 is the first of its server.
    package let index: Int
    package let request: LoopbackRequest
    package let body: JSONTree

    package var isShortlist: Bool { body.text.contains(#""name":"shortlist""#) || shape == "shortlist" }

    /// The form that is asked for, told by its members where it has no name.
    private var shape: String {
        let schema = body["output_config"]?["format"]?["schema"]?.text ?? body["tools"]?.text ?? ""
        return schema.contains("\"title\"") ? "details" : schema.isEmpty ? "" : "shortlist"
    }

    package var isRepair: Bool { turns.last?.contains("Your last answer") == true }

    package var system: String {
        (body["system"] ?? body["instructions"] ?? body["messages"]?.elements?.first?["content"])?.stringValue
            ?? ""
    }

    /// Texts of all turns but the system's.
    package var turns: [String] {
        (body["messages"] ?? body["input"])?.elements?.filter { $0["role"] != "system" }
            .compactMap { $0["content"]?.stringValue } ?? []
    }

    package var lines: [Line] { (turns.first ?? "").split(separator: "\n").compactMap(Self.line) }

    /// The moments that details are asked for.
    package var moments: [(number: Int, first: Int, last: Int)] {
        (turns.first ?? "").split(separator: "\n").filter { $0.hasPrefix("<moment ") }.compactMap { line in
            let values = line.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }
                .compactMap { Int($0.element) }
            return values.count == 3 ? (values[0], values[1], values[2]) : nil
        }
    }

    /// The number behind some words of the task.
    package func number(behind words: String) -> Int? {
        guard let range = turns.first?.firstRange(of: words) else { return nil }
        return turns.first.flatMap {
            Int($0[range.upperBound...].drop { $0 == " " }.prefix(while: \.isNumber))
        }
    }

    private static func line(_ text: Substring) -> Line? {
        guard text.first == "[", let close = text.firstIndex(of: "]") else { return nil }
        let fields = text[text.index(after: text.startIndex)..<close].split(separator: "|")
        let numbers = fields.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        return Line(number: numbers[0], start: numbers[1], text: String(text[close...].dropFirst(2)))
    }
}
