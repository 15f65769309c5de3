import Contracts
import Editorial
import Foundation

/// Reads an edited plan: what a person may change, and nothing else changed.
struct PlanEditReader {
    /// The plan as it was sent out, to tell what came back changed.
    private let original: [String: JSONValue]
    private let moments: [String: [String: JSONValue]]
    let sourceMsMax: Int

    private static let madeOfPlan = ["version", "model", "candidates_considered", "warnings", "provenance"]
    private static let madeOfMoment = ["first_word", "last_word", "text", "score", "subscores"]
    private static let rankMax = 10_000

    init(_ plan: Plan, sourceMsMax: Int) throws {
        self.sourceMsMax = sourceMsMax
        original = try JSONValue(parsing: WireJSON.encode(plan)).members
        moments = Dictionary(
            try plan.moments.map { ($0.clip, try JSONValue(parsing: WireJSON.encode($0)).members) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func read(_ plan: inout ObjectReader, findings: inout Findings) -> [MomentSketch] {
        for name in Self.madeOfPlan { keep(name, of: original, in: &plan, findings: &findings) }
        let elements = plan.array("moments", countMax: SketchRules.countMax, findings: &findings)
        plan.finish(findings: &findings)
        if plan.value("moments") == nil || elements?.isEmpty == true {
            findings.add(plan.pointer(to: "moments"), "must hold at least one moment")
        }
        return (elements ?? []).compactMap { element in
            guard var moment = ObjectReader(element.value, at: element.pointer, findings: &findings) else {
                return nil
            }
            return read(&moment, findings: &findings)
        }
    }

    private func read(_ moment: inout ObjectReader, findings: inout Findings) -> MomentSketch? {
        let clip = moment.string("clip", lengthMax: 9, findings: &findings)
        if let clip, !Self.isClip(clip) {
            findings.add(moment.pointer(to: "clip"), "must be clip- and two to four digits")
        }
        let rank = moment.integer("rank", in: 1...Self.rankMax, findings: &findings)
        let reason = moment.line("reason", lengthMax: SketchRules.reasonLengthMax, findings: &findings)
        let before = clip.flatMap { moments[$0] }
        for name in Self.madeOfMoment { keep(name, of: before ?? [:], in: &moment, findings: &findings) }
        var sketch = SketchReader.read(&moment, sourceMsMax: sourceMsMax, findings: &findings)
        moment.finish(findings: &findings)
        sketch?.clip = clip
        sketch?.rank = rank
        sketch?.reason = reason
        return sketch
    }

    /// What is made by us comes back as it went out, or not at all.
    private func keep(
        _ name: String,
        of known: [String: JSONValue],
        in object: inout ObjectReader,
        findings: inout Findings
    ) {
        guard let value = object.value(name) else { return }
        guard let before = known[name] else {
            findings.add(object.pointer(to: name), "is made by the scorer; leave it out of a new moment")
            return
        }
        if !value.isSame(as: before) {
            findings.add(object.pointer(to: name), "is made by the scorer; leave it out, or as it was")
        }
    }

    private static func isClip(_ text: String) -> Bool {
        let digits = text.dropFirst(5)
        return text.hasPrefix("clip-") && (2...4).contains(digits.utf8.count)
            && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension JSONValue {
    fileprivate var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    /// Equal by value: 80 and 80.0 are one number.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let first), .number(let second)), (.number(let second), .integer(let first)):
            Double(first) == second
        case (.array(let first), .array(let second)):
            first.count == second.count && zip(first, second).allSatisfy { $0.isSame(as: $1) }
        case (.object(let first), .object(let second)):
            first.count == second.count
                && first.allSatisfy { name, value in second[name].map(value.isSame) ?? false }
        default: self == other
        }
    }
}
