import Contracts

/// Reads a transcript into sentence profiles.
struct SentenceProfiler {
    /// A cut lies at most this far from the word that it spares.
    static let cutDistanceMsMax = 250
    /// A topic that starts this close to a sentence starts with it.
    static let topicDistanceMs = 1_500
    /// Quiet between two words shorter than this tells nothing about where to cut.
    static let silenceMsMin = 60
    static let quotableWords = 4...13

    let transcript: Transcript
    let segments: Segments
    let keywords: [[String]]

    init(_ request: EditorialRequest) {
        transcript = request.transcript
        segments = request.segments
        keywords = (request.options.keywords ?? []).map { phrase in
            phrase.split(whereSeparator: \.isWhitespace).map { WordForm.normalised(String($0)) }
                .filter { !$0.isEmpty }
        }
        .filter { !$0.isEmpty }
    }

    func profiles() -> [SentenceProfile] {
        var profiles: [SentenceProfile] = []
        var nextWord = 0
        for sentence in transcript.sentences {
            guard sentence.firstWord >= nextWord, sentence.lastWord >= sentence.firstWord,
                sentence.lastWord < transcript.words.count
            else { continue }
            let profile = profile(of: sentence)
            guard profile.cut.durationMs > 0, !profile.forms.isEmpty else { continue }
            profiles.append(profile)
            nextWord = sentence.lastWord + 1
        }
        markTurnsAndTopics(&profiles)
        return profiles
    }

    private func profile(of sentence: Transcript.Sentence) -> SentenceProfile {
        let words = transcript.words[sentence.firstWord...sentence.lastWord]
        let shown = words.map(\.text)
        let text = shown.joined(separator: " ")
        let forms = shown.map(WordForm.normalised).filter { !$0.isEmpty }
        let before = gap(before: sentence.firstWord)
        let after = gap(before: sentence.lastWord + 1)
        let start = max(
            before.quiet.startMs + before.quiet.durationMs / 2,
            before.gap.endMs - Self.cutDistanceMsMax
        )
        let end = min(
            after.quiet.startMs + after.quiet.durationMs / 2,
            after.gap.startMs + Self.cutDistanceMsMax
        )
        let isQuestion = shown.last?.contains("?") ?? false
        return SentenceProfile(
            firstWord: sentence.firstWord,
            lastWord: sentence.lastWord,
            cut: TimeRange(startMs: min(start, before.gap.endMs), endMs: max(end, after.gap.startMs)),
            text: text,
            forms: forms,
            speaker: sentence.speaker ?? words.first?.speaker,
            pauseBeforeMs: before.gap.durationMs,
            pauseAfterMs: after.gap.durationMs,
            tally: tally(
                shown,
                forms,
                isQuestion: isQuestion,
                spokenMs: words.reduce(0) { $0 + $1.endMs - $1.startMs }
            )
        )
    }

    /// The gap before a word, and the part of it that measured silence confirms.
    private func gap(before index: Int) -> (gap: TimeRange, quiet: TimeRange) {
        let words = transcript.words
        let end =
            index < words.count
            ? words[index].startMs : max(transcript.durationMs, words[words.count - 1].endMs)
        let start = index > 0 ? words[index - 1].endMs : 0
        let gap = TimeRange(startMs: min(start, end), endMs: end)
        let quiet = silences(overlapping: gap).map { silence in
            TimeRange(startMs: max(silence.startMs, gap.startMs), endMs: min(silence.endMs, gap.endMs))
        }
        .max { $0.durationMs < $1.durationMs }
        guard let quiet, quiet.durationMs >= Self.silenceMsMin else { return (gap, gap) }
        return (gap, quiet)
    }

    private func silences(overlapping gap: TimeRange) -> ArraySlice<TimeRange> {
        let all = segments.silences
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].endMs <= gap.startMs { low = middle + 1 } else { high = middle }
        }
        return all[low...].prefix { $0.startMs < gap.endMs }
    }

    private func tally(_ shown: [String], _ forms: [String], isQuestion: Bool, spokenMs: Int) -> Tally {
        var tally = Tally()
        tally.words = forms.count
        tally.content = Set(forms).count { !Lexicon.stopwords.contains($0) && $0.count > 2 }
        tally.names = shown.enumerated().count { WordForm.isName($1, startsSentence: $0 == 0) }
        tally.numbers = forms.count(where: WordForm.isNumber)
        tally.fillers = forms.count(where: Lexicon.fillers.contains)
        tally.explanations = forms.count(where: Lexicon.explanations.contains)
        tally.emotions = forms.count(where: Lexicon.emotions.contains)
        tally.superlatives = forms.count(where: Lexicon.superlatives.contains)
        tally.contrasts = forms.count(where: Lexicon.contrasts.contains)
        tally.address = forms.count(where: Lexicon.address.contains)
        tally.questions = isQuestion ? 1 : 0
        tally.backchannels = forms.count <= 3 ? 1 : 0
        let hasPoint = tally.superlatives + tally.contrasts + tally.emotions + tally.numbers > 0
        tally.quotable = Self.quotableWords.contains(forms.count) && hasPoint && !isQuestion ? 1 : 0
        tally.keywords = keywords.count { phrase in
            forms.indices.contains { start in forms[start...].starts(with: phrase) }
        }
        tally.spokenMs = spokenMs
        return tally
    }

    private func markTurnsAndTopics(_ profiles: inout [SentenceProfile]) {
        for index in profiles.indices.dropLast() {
            let isSame = profiles[index].speaker == profiles[index + 1].speaker
            profiles[index].endsTurn = !isSame
            profiles[index + 1].startsTurn = !isSame
        }
        for topic in segments.topicStartsMs {
            let distances = profiles.indices.map { ($0, abs(profiles[$0].cut.startMs - topic)) }
            if let nearest = distances.min(by: { $0.1 < $1.1 }), nearest.1 <= Self.topicDistanceMs {
                profiles[nearest.0].startsTopic = true
            }
        }
    }
}
