import Contracts

extension HostedDesk {
    /// The chosen moments in the groups that are asked about at once, those of one time beside each other.
    package func groups(_ chosen: [ChosenMoment]) -> [[ChosenMoment]] {
        let ordered = chosen.sorted { $0.sentences.lowerBound < $1.sentences.lowerBound }
        return stride(from: 0, to: ordered.count, by: max(1, limits.momentsPerQuestion)).map {
            Array(ordered[$0...].prefix(max(1, limits.momentsPerQuestion)))
        }
    }

    /// Asks for the details of a group.
    package func detailsQuestion(_ group: [ChosenMoment]) -> ModelQuestion {
        let language = request.transcript.language
        let task = PromptBook.fill(
            PromptBook.details,
            [
                "title_letters": "\(SketchRules.titleLengthMax)",
                "hook_letters": "\(SketchRules.hookLengthMax)",
                "description_letters": "\(TextRules.descriptionLettersMax)",
                "hashtags": "\(TextRules.hashtagsMax)",
                "reason_letters": "\(SketchRules.reasonLengthMax)",
                // It may have been brought, and so be anything.
                "language": LanguageTag.isValid(language) ? language : "as it is",
            ].merging(durations) { first, _ in first }
        )
        let lines = group.flatMap { moment -> [String] in
            let place =
                "first_sentence=\"\(moment.sentences.lowerBound)\" last_sentence=\"\(moment.sentences.upperBound)\""
            return ["<moment number=\"\(moment.number)\" \(place)>"] + sheet.lines(shown(around: moment))
                + ["</moment>"]
        }
        return question(task, [Fence.block("transcript", lines)], .details)
    }

    /// Reads the details of a group, which must fit beside all that the draft has.
    package func details(
        _ answer: String,
        of group: [ChosenMoment],
        in draft: HostedDraft
    ) -> AnswerReading<MomentWording> {
        let elements: [JSONTree]
        switch AnswerReader.moments(of: answer, countMax: SketchRules.countMax) {
        case .failure(let fault): return AnswerReading(faults: [fault])
        case .success(let found): elements = found
        }
        var draft = draft
        var told: Set<Int> = []
        var reading = AnswerReading<MomentWording>()
        for (index, element) in elements.enumerated() {
            var reader = AnswerReader(element, at: "/moments/\(index)", knows: Self.detailMembers)
            let number = reader.integer("moment", in: 1...max(1, draft.chosen.count))
            guard let number, let moment = group.first(where: { $0.number == number }) else {
                if number != nil { reader.note("moment", "is not one that was asked about") }
                reading.faults += reader.faults
                continue
            }
            if !told.insert(number).inserted { reader.note("moment", "was told of before") }
            let wording = wording(of: moment, &reader, places: draft.chosen)
            if let wording, draft.hasTitle(wording.title) {
                reader.note("title", "is the title of another moment too")
            }
            reading.faults += reader.faults
            guard let wording, reader.faults.isEmpty else { continue }
            reading.values.append(wording)
            draft.take(wording)
        }
        for moment in group where !told.contains(moment.number) {
            reading.faults.append(
                AnswerFault(pointer: "/moments", detail: "moment \(moment.number) is missing")
            )
        }
        return reading
    }

    private func wording(
        of moment: ChosenMoment,
        _ reader: inout AnswerReader,
        places: [ChosenMoment]
    ) -> MomentWording? {
        let sentences = sentences(&reader, shown: Set(shown(around: moment)))
        if let sentences,
            let other = rules.neighbour(
                of: sentences,
                among: places.filter { $0.number != moment.number }
            )
        {
            reader.note(
                "last_sentence",
                "reaches into moment \(other.number), which has the sentences \(other.sentences.lowerBound) to "
                    + "\(other.sentences.upperBound)"
            )
        }
        let title = reader.text("title").map(Self.trimmed)
        let hook = reader.text("hook").map(Self.trimmed)
        let description = reader.text("description").map(Self.trimmed)
        let hashtags = reader.texts("hashtags")?.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }
        let reason = reader.text("reason").map(Self.trimmed)
        let said = SpokenWords(
            desk.sentences[sentences ?? moment.sentences].flatMap {
                $0.text.split(separator: " ").map(String.init)
            },
            language: request.transcript.language
        )
        let found: [(member: String, faults: [String])] = [
            (
                "title",
                title.map { texts.lineFaults($0, lettersMax: SketchRules.titleLengthMax, moment: said) } ?? []
            ),
            (
                "hook",
                hook.map { texts.lineFaults($0, lettersMax: SketchRules.hookLengthMax, moment: said) } ?? []
            ),
            ("description", description.map(texts.descriptionFaults) ?? []),
            ("hashtags", hashtags.map(texts.hashtagFaults) ?? []),
            ("reason", reason.map(texts.reasonFaults) ?? []),
        ]
        for (member, faults) in found {
            for fault in faults { reader.note(member, fault) }
        }
        guard let sentences, let title, let hook, let description, let hashtags, let reason else {
            return nil
        }
        return MomentWording(
            number: moment.number,
            sentences: sentences,
            title: title,
            hook: hook,
            description: description,
            hashtags: hashtags,
            reason: reason
        )
    }

    /// A moment and what lies around it, as far as it may be used.
    private func shown(around moment: ChosenMoment) -> [Int] {
        let first = max(0, moment.sentences.lowerBound - Self.sentencesAround)
        let last = min(desk.sentences.count - 1, moment.sentences.upperBound + Self.sentencesAround)
        return (first...last).filter { rules.isUsable[$0] }
    }

    private static func trimmed(_ text: String) -> String {
        String(
            text.trimmingPrefix(while: \.isWhitespace).reversed().trimmingPrefix(while: \.isWhitespace)
                .reversed()
        )
    }

    private static let sentencesAround = 4
    private static let detailMembers = placeMembers.union([
        "moment", "title", "hook", "description", "hashtags", "reason",
    ])
}
