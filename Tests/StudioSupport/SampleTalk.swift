package import Contracts

/// A conversation about bakeries, written for the tests, with the flaws that real talk has.
package enum SampleTalk {
    package static let transcript = TranscriptMaker.transcript(lines)

    package static let lines: [(speaker: String, text: String)] = [
        ("speaker-0", "Okay, so, um, we are recording now."),
        ("speaker-1", "Great."),
        ("speaker-0", "Welcome back to the show, everybody."),
        ("speaker-0", "Why do most bakeries fail in their first year?"),
        ("speaker-1", "Most owners never count what a single loaf costs them."),
        ("speaker-1", "You pay for flour, you pay for rent, and you forget the 4 hours before sunrise."),
        ("speaker-1", "I lost 30,000 dollars because I sold my best bread below its price."),
        ("speaker-1", "Count every loaf before you bake it."),
        ("speaker-0", "Yeah."),
        ("speaker-0", "And, you know, I guess it was kind of..."),
        ("speaker-1", "Right, right."),
        ("speaker-0", "What happened when Marseille ran out of flour in 2019?"),
        ("speaker-1", "Every mill in Provence closed for two weeks, and nobody told the bakers."),
        (
            "speaker-1",
            "We drove to Lyon at night with a rented van and bought 900 kilos from a pasta factory."
        ),
        ("speaker-1", "The bread tasted terrible, but people queued for it around the block."),
        (
            "speaker-1",
            "That night taught me that customers forgive bad bread and never forgive a closed door."
        ),
        ("speaker-0", "So it was a good thing."),
        ("speaker-1", "Well, yes and no."),
        ("speaker-0", "How do you keep a sourdough starter alive for 20 years?"),
        ("speaker-1", "A sourdough starter wants the same meal at the same hour, like a cat."),
        ("speaker-1", "Feed it equal parts of flour and water, and keep it at 24 degrees."),
        ("speaker-1", "If you go on holiday, dry it on paper, because a dry starter sleeps for months."),
        ("speaker-1", "Mine is older than my daughter, and it has never once complained."),
        ("speaker-0", "That's amazing."),
        ("speaker-0", "Um, so where was I?"),
        ("speaker-1", "Your next question, I think."),
        ("speaker-0", "What is the biggest mistake that young bakers make?"),
        ("speaker-1", "They buy a beautiful oven before they know who will eat their bread."),
        ("speaker-1", "An oven costs 40,000 euros, while a market stall costs 25 a day."),
        (
            "speaker-1",
            "Sell at the market for one year, write down every name, and learn what people come back for."
        ),
        ("speaker-1", "Then buy the oven that those people pay for."),
        ("speaker-0", "Thank you so much."),
        ("speaker-1", "Thanks for having me."),
    ]
}
