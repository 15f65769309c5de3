import Contracts

extension RunRequestReader {
    static let shortsMax = 100
    static let shortMsMin = 3_000
    static let shortMsMax = 600_000
    static let keywordsMax = 50
    static let keywordLengthMax = 100
    static let rangesMax = 100
    /// A day, far beyond any source that is taken.
    static let sourceMsMax = 86_400_000

    func readShorts(_ body: inout ObjectReader, findings: inout Findings) -> ShortsOptions? {
        guard var shorts = body.object("shorts", findings: &findings) else { return nil }
        let counts = 1...Self.shortsMax
        let durations = Self.shortMsMin...Self.shortMsMax
        let options = ShortsOptions(
            targetCount: shorts.integer("target_count", in: counts, findings: &findings),
            maxCount: shorts.integer("max_count", in: counts, findings: &findings),
            minDurationMs: shorts.integer("min_duration_ms", in: durations, findings: &findings),
            maxDurationMs: shorts.integer("max_duration_ms", in: durations, findings: &findings),
            aspectRatios: readRatios(&shorts, findings: &findings),
            keywords: readKeywords(&shorts, findings: &findings),
            rangeMs: readRange(&shorts, findings: &findings),
            excludeRangesMs: readExcludedRanges(&shorts, findings: &findings)
        )
        shorts.finish(findings: &findings)
        if let target = options.targetCount, let most = options.maxCount, target > most {
            findings.add("/shorts/target_count", "must not be greater than max_count")
        }
        if let least = options.minDurationMs, let most = options.maxDurationMs, least > most {
            findings.add("/shorts/min_duration_ms", "must not be greater than max_duration_ms")
        }
        return options
    }

    private func readRatios(_ shorts: inout ObjectReader, findings: inout Findings) -> [AspectRatio]? {
        guard let elements = shorts.array("aspect_ratios", countMax: 10, findings: &findings) else {
            return nil
        }
        if elements.isEmpty { findings.add("/shorts/aspect_ratios", "must name at least one ratio") }
        var ratios: [AspectRatio] = []
        for (pointer, value) in elements {
            guard
                let text = ObjectReader.string(value, at: pointer, lengthMax: 20, findings: &findings)
            else { continue }
            guard let ratio = AspectRatio(rawValue: text) else {
                let known = AspectRatio.allCases.map(\.rawValue).joined(separator: ", ")
                findings.add(pointer, "must be one of \(known)")
                continue
            }
            if ratios.contains(ratio) { findings.add(pointer, "is named twice") }
            ratios.append(ratio)
        }
        return ratios
    }

    private func readKeywords(_ shorts: inout ObjectReader, findings: inout Findings) -> [String]? {
        shorts.array("keywords", countMax: Self.keywordsMax, findings: &findings)?
            .compactMap { pointer, value in
                ObjectReader.string(
                    value,
                    at: pointer,
                    lengthMax: Self.keywordLengthMax,
                    findings: &findings
                )
            }
    }

    private func readRange(_ shorts: inout ObjectReader, findings: inout Findings) -> TimeRange? {
        guard let value = shorts.value("range_ms") else { return nil }
        return Self.range(value, at: "/shorts/range_ms", findings: &findings)
    }

    private func readExcludedRanges(
        _ shorts: inout ObjectReader,
        findings: inout Findings
    ) -> [TimeRange]? {
        shorts.array("exclude_ranges_ms", countMax: Self.rangesMax, findings: &findings)?
            .compactMap { Self.range($0.value, at: $0.pointer, findings: &findings) }
    }

    private static func range(
        _ value: JSONValue,
        at pointer: String,
        findings: inout Findings
    ) -> TimeRange? {
        guard var range = ObjectReader(value, at: pointer, findings: &findings) else { return nil }
        for name in ["start_ms", "end_ms"] where range.value(name) == nil {
            findings.add(range.pointer(to: name), "is required")
        }
        let start = range.integer("start_ms", in: 0...sourceMsMax, findings: &findings)
        let end = range.integer("end_ms", in: 0...sourceMsMax, findings: &findings)
        range.finish(findings: &findings)
        guard let start, let end else { return nil }
        if start >= end { findings.add(pointer, "must end after it starts") }
        return TimeRange(startMs: start, endMs: end)
    }
}
