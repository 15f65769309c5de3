package import Contracts

/// All that is to be decided about a plan which a hosted model makes; only asking the model is left to others.
///
/// First a shortlist of each part of the recording, then a choice among all of them, then the details of what was
/// chosen. Whatever the model leaves out or gets wrong comes from the embedded scorer, with a warning.
package struct HostedDesk: Sendable {
    /// A part of the recording that is asked about at once.
    package struct Part: Sendable, Hashable {
        let sentences: [Int]
        /// How many moments are asked for.
        let wanted: Int
        package let range: TimeRange
    }

    let request: EditorialRequest
    let limits: HostedLimits
    let desk: EditorialDesk
    let sheet: SentenceSheet
    let rules: SentenceRules
    let texts: TextRules
    /// In the order of time; none where no run of sentences is long enough for a moment.
    package let parts: [Part]

    package init(_ request: EditorialRequest, limits: HostedLimits) {
        self.request = request
        self.limits = limits
        let desk = EditorialDesk(request)
        self.desk = desk
        sheet = SentenceSheet(desk.sentences)
        rules = SentenceRules(request, desk: desk)
        texts = TextRules(
            recording: SpokenWords(
                request.transcript.words.map(\.text),
                language: request.transcript.language
            )
        )
        parts = Self.parts(desk, sheet, isUsable: rules.isUsable, limits)
    }

    private static func parts(
        _ desk: EditorialDesk,
        _ sheet: SentenceSheet,
        isUsable: [Bool],
        _ limits: HostedLimits
    ) -> [Part] {
        let usable = desk.sentences.indices.filter { isUsable[$0] }
        let windows = TranscriptWindows(
            tokens: usable.map { sheet.tokens($0) },
            times: usable.map { (desk.sentences[$0].cut.startMs, desk.sentences[$0].cut.endMs) },
            tokensMax: limits.windowTokens,
            sharedMs: desk.durations.upperBound
        )
        let totalMs = usable.reduce(0) { $0 + desk.sentences[$1].cut.durationMs }
        return windows.all().compactMap { window in
            let sentences = Array(usable[window])
            guard let first = sentences.first, let last = sentences.last,
                longestRunMs(sentences, desk) >= desk.durations.lowerBound
            else { return nil }
            let partMs = sentences.reduce(0) { $0 + desk.sentences[$1].cut.durationMs }
            // Half as many again as are wanted: some will not do, and some lie over each other.
            let share = Double(desk.target) * 1.5 * Double(partMs) / Double(max(1, totalMs))
            return Part(
                sentences: sentences,
                wanted: min(max(Int(share.rounded(.up)) + 1, shortlistMin), shortlistMax),
                range: TimeRange(
                    startMs: desk.sentences[first].cut.startMs,
                    endMs: desk.sentences[last].cut.endMs
                )
            )
        }
    }

    private static let shortlistMin = 3
    private static let shortlistMax = 40

    /// The longest stretch without a sentence that may not be used.
    private static func longestRunMs(_ sentences: [Int], _ desk: EditorialDesk) -> Int {
        var (longest, start) = (0, 0)
        for place in sentences.indices {
            if place > 0, sentences[place] != sentences[place - 1] + 1 { start = place }
            let run =
                desk.sentences[sentences[place]].cut.endMs - desk.sentences[sentences[start]].cut.startMs
            longest = max(longest, run)
        }
        return longest
    }
}
