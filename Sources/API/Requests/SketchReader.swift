import Contracts
import Editorial

/// Reads what edited plans and brought moments have in common: times and texts.
enum SketchReader {
    /// Nil, with findings, when its times cannot be read.
    static func read(
        _ moment: inout ObjectReader,
        sourceMsMax: Int,
        findings: inout Findings
    ) -> MomentSketch? {
        for name in ["start_ms", "end_ms"] where moment.value(name) == nil {
            findings.add(moment.pointer(to: name), "is required")
        }
        let start = moment.integer("start_ms", in: 0...sourceMsMax, findings: &findings)
        let end = moment.integer("end_ms", in: 0...sourceMsMax, findings: &findings)
        let title = moment.line("title", lengthMax: SketchRules.titleLengthMax, findings: &findings)
        let hook = moment.line("hook", lengthMax: SketchRules.hookLengthMax, findings: &findings)
        let description = moment.string(
            "description",
            lengthMax: SketchRules.descriptionLengthMax,
            findings: &findings
        )
        let hashtags = readHashtags(&moment, findings: &findings)
        guard let start, let end else { return nil }
        return MomentSketch(
            pointer: moment.pointer,
            startMs: start,
            endMs: end,
            title: title,
            hook: hook,
            description: description,
            hashtags: hashtags
        )
    }

    /// A `#` in front is taken off: whoever posts the short puts it there.
    private static func readHashtags(_ moment: inout ObjectReader, findings: inout Findings) -> [String]? {
        moment.array("hashtags", countMax: SketchRules.hashtagsMax, findings: &findings)?
            .compactMap { pointer, value in
                let lengthMax = SketchRules.hashtagLengthMax
                guard
                    let text = ObjectReader.string(
                        value,
                        at: pointer,
                        lengthMax: lengthMax,
                        findings: &findings
                    ),
                    ObjectReader.isLine(text, at: pointer, findings: &findings)
                else { return nil }
                let word = text.hasPrefix("#") ? String(text.dropFirst()) : text
                guard !word.isEmpty, !word.contains(where: { $0.isWhitespace || $0 == "#" }) else {
                    findings.add(pointer, "must be one word")
                    return nil
                }
                return word
            }
    }
}
