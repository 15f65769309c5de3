/// A provider's own words, cut to what may be shown and kept.
enum ProviderWords {
    static let charactersMax = 500

    /// The beginning of the first of `texts` that is there and not empty.
    static func first(_ texts: String?...) -> String? {
        for case let text? in texts {
            let kept = TaskReportReader.kept(text, charactersMax: charactersMax)
            if kept.contains(where: { !$0.isWhitespace }) { return kept }
        }
        return nil
    }
}
