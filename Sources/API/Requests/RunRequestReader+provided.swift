import Contracts
import Editorial
import Speech

extension RunRequestReader {
    private static let forms = ["asset_id", "srt", "vtt", "words", "sentences"]
    /// Subtitles are the largest text of a request; the body's own limit comes first.
    private static let subtitlesLengthMax = 1 << 20

    /// What the client brought in place of a transcription, in the run's language unless it names its own.
    func readTranscript(
        _ body: inout ObjectReader,
        language: String?,
        findings: inout Findings
    ) -> RunRequest.TranscriptSource? {
        guard var given = body.object("transcript", findings: &findings) else { return nil }
        let found = Self.forms.filter { given.value($0) != nil }
        if found.isEmpty || found.count > 1 && found != ["words", "sentences"] {
            findings.add("/transcript", "must have one of asset_id, srt, vtt, or words with their sentences")
        }
        let assetId = given.string("asset_id", findings: &findings)
        if let assetId, !ResourceID.isValid(assetId, .asset) {
            findings.add("/transcript/asset_id", "is not the id of an asset")
        }
        let own = given.string("language", lengthMax: LanguageTag.lengthMax, findings: &findings)
        if let own, let language, LanguageTag.primary(own) != LanguageTag.primary(language) {
            findings.add("/transcript/language", "is not the run's language, \"\(language)\"")
        }
        var transcript = readWords(&given, findings: &findings)
        if let cues = readSubtitles(&given, findings: &findings) { transcript = cues }
        // Members of our own transcripts that say nothing which the source does not say itself.
        for name in ["version", "model", "duration_ms", "warnings"] { _ = given.value(name) }
        given.finish(findings: &findings)
        guard assetId == nil else {
            if own != nil {
                findings.add("/transcript/language", "belongs into the file, or beside transcript")
            }
            return RunRequest.TranscriptSource(assetId: assetId)
        }
        if own == nil, language == nil {
            findings.add("/transcript/language", "is required, here or as the run's language")
        }
        transcript.language = own.map(LanguageTag.canonical) ?? language
        var intake = TranscriptIntake(transcript, pointer: "/transcript")
        if !found.isEmpty {
            for fault in intake.check() { findings.add(fault.pointer, fault.detail) }
        }
        return RunRequest.TranscriptSource(transcript: transcript)
    }

    /// The moments that the client wants, the most wanted first.
    func readMoments(
        _ body: inout ObjectReader,
        shorts: ShortsOptions?,
        findings: inout Findings
    ) -> [ProvidedInput.Moment]? {
        let elements = body.array("moments", countMax: SketchRules.countMax, findings: &findings)
        guard let elements else { return nil }
        if elements.isEmpty { findings.add("/moments", "must hold at least one moment") }
        if let shorts { checkBesideMoments(shorts, findings: &findings) }
        let sketches = elements.compactMap { pointer, value -> MomentSketch? in
            guard var moment = ObjectReader(value, at: pointer, findings: &findings) else { return nil }
            defer { moment.finish(findings: &findings) }
            return SketchReader.read(&moment, sourceMsMax: Self.sourceMsMax, findings: &findings)
        }
        for fault in SketchRules.faults(of: sketches, sourceEndMs: nil) {
            findings.add(fault.pointer, fault.detail)
        }
        return sketches.map { sketch in
            ProvidedInput.Moment(
                startMs: sketch.startMs,
                endMs: sketch.endMs,
                title: sketch.title,
                hook: sketch.hook,
                description: sketch.description,
                hashtags: sketch.hashtags
            )
        }
    }

    /// Notes what a client chose although the moments choose it.
    func checkBesideMoments(_ shorts: ShortsOptions, findings: inout Findings) {
        let choices: [(String, Bool)] = [
            ("target_count", shorts.targetCount != nil), ("max_count", shorts.maxCount != nil),
            ("min_duration_ms", shorts.minDurationMs != nil),
            ("max_duration_ms", shorts.maxDurationMs != nil), ("range_ms", shorts.rangeMs != nil),
            ("exclude_ranges_ms", shorts.excludeRangesMs != nil),
        ]
        for (name, isGiven) in choices where isGiven {
            findings.add("/shorts/\(name)", "has no meaning beside moments: exactly these are taken")
        }
    }

    private func readSubtitles(
        _ given: inout ObjectReader,
        findings: inout Findings
    ) -> ProvidedTranscript? {
        for name in ["srt", "vtt"] {
            guard
                let text = given.string(name, lengthMax: Self.subtitlesLengthMax, findings: &findings)
            else { continue }
            do throws(Problem) {
                return try ProvidedTranscript.cues(text, pointer: given.pointer(to: name))
            } catch {
                for detail in error.errors ?? [] { findings.add(detail.pointer, detail.detail) }
            }
        }
        return nil
    }

    private func readWords(
        _ given: inout ObjectReader,
        findings: inout Findings
    ) -> ProvidedTranscript {
        let words = given.array("words", countMax: TranscriptIntake.wordsMax, findings: &findings)?
            .map { pointer, value in Self.word(value, at: pointer, findings: &findings) }
        let sentences = given.array(
            "sentences",
            countMax: TranscriptIntake.sentencesMax,
            findings: &findings
        )?
        .map { pointer, value in Self.sentence(value, at: pointer, findings: &findings) }
        return ProvidedTranscript(words: words, sentences: sentences)
    }

    /// A word that cannot be read keeps its place, so that the others keep theirs.
    private static func word(
        _ value: JSONValue,
        at pointer: String,
        findings: inout Findings
    ) -> ProvidedTranscript.Word {
        let blank = ProvidedTranscript.Word(text: "?")
        guard var word = ObjectReader(value, at: pointer, findings: &findings) else { return blank }
        defer { word.finish(findings: &findings) }
        if word.value("text") == nil { findings.add(word.pointer(to: "text"), "is required") }
        var confidence: Double?
        switch word.value("confidence") {
        case .integer(let number): confidence = Double(number)
        case .number(let number): confidence = number
        case let other?:
            findings.add(word.pointer(to: "confidence"), "expected a number, found \(other.kindName)")
        case nil: break
        }
        return ProvidedTranscript.Word(
            text: word.string("text", lengthMax: TranscriptIntake.wordLengthMax, findings: &findings) ?? "?",
            startMs: word.integer("start_ms", in: 0...sourceMsMax, findings: &findings),
            endMs: word.integer("end_ms", in: 0...sourceMsMax, findings: &findings),
            confidence: confidence,
            speaker: word.line(
                "speaker",
                lengthMax: TranscriptIntake.speakerLengthMax,
                findings: &findings
            )
        )
    }

    private static func sentence(
        _ value: JSONValue,
        at pointer: String,
        findings: inout Findings
    ) -> ProvidedTranscript.Sentence {
        guard var sentence = ObjectReader(value, at: pointer, findings: &findings) else {
            return ProvidedTranscript.Sentence()
        }
        defer { sentence.finish(findings: &findings) }
        let indexes = 0...TranscriptIntake.wordsMax
        return ProvidedTranscript.Sentence(
            firstWord: sentence.integer("first_word", in: indexes, findings: &findings),
            lastWord: sentence.integer("last_word", in: indexes, findings: &findings),
            startMs: sentence.integer("start_ms", in: 0...sourceMsMax, findings: &findings),
            endMs: sentence.integer("end_ms", in: 0...sourceMsMax, findings: &findings),
            text: sentence.string(
                "text",
                lengthMax: TranscriptIntake.sentenceLengthMax,
                findings: &findings
            ),
            speaker: sentence.line(
                "speaker",
                lengthMax: TranscriptIntake.speakerLengthMax,
                findings: &findings
            )
        )
    }
}
