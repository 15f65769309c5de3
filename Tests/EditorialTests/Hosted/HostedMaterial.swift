import Contracts
import StudioSupport

@testable import Editorial

/// A desk over the sample talk, and answers as a model gives them.
enum HostedMaterial {
    static func desk(
        _ options: ShortsOptions = ShortsOptions(targetCount: 3),
        limits: HostedLimits = HostedLimits()
    ) -> HostedDesk {
        HostedDesk(TranscriptMaker.request(SampleTalk.transcript, options), limits: limits)
    }

    /// Sentences of the sample talk that make good moments of 15 to 60 s.
    static let bakeries = 3...7
    static let flour = 11...15
    static let starter = 18...22
    static let oven = 26...30

    static func shortlist(_ moments: [(sentences: ClosedRange<Int>, points: Int)]) -> String {
        let elements = moments.map { moment in
            """
            {"first_sentence": \(moment.sentences.lowerBound), "last_sentence": \(moment.sentences.upperBound), \
            "hook": \(moment.points), "standalone": \(moment.points), "value": \(moment.points), \
            "shareability": \(moment.points)}
            """
        }
        return "{\"moments\": [\(elements.joined(separator: ", "))]}"
    }

    static func details(_ moments: [JSONTree]) -> String {
        JSONTree.object(["moments": .array(moments)]).text
    }

    static func wording(
        _ number: Int,
        _ sentences: ClosedRange<Int>,
        title: String = "Why most bakeries fail",
        hook: String = "Why nobody told you",
        description: String = "What a loaf really costs.",
        hashtags: [String] = ["baking"],
        reason: String = "It opens on a question."
    ) -> JSONTree {
        [
            "moment": .integer(number), "first_sentence": .integer(sentences.lowerBound),
            "last_sentence": .integer(sentences.upperBound), "title": .string(title), "hook": .string(hook),
            "description": .string(description), "hashtags": .array(hashtags.map { .string($0) }),
            "reason": .string(reason),
        ]
    }

    /// What was chosen where a model proposed these moments, in this order.
    static func chosen(_ desk: HostedDesk, _ sentences: [ClosedRange<Int>]) -> [ChosenMoment] {
        let answer = shortlist(sentences.enumerated().map { ($0.element, 95 - $0.offset * 5) })
        return desk.choose(desk.shortlist(answer, of: desk.parts[0]).values)
    }
}
