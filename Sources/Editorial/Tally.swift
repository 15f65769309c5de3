/// Counts over a run of words, which add up and subtract.
struct Tally: Sendable, Hashable {
    var words = 0
    var content = 0
    var names = 0
    var numbers = 0
    var fillers = 0
    var explanations = 0
    var emotions = 0
    var superlatives = 0
    var contrasts = 0
    var address = 0
    var quotable = 0
    var backchannels = 0
    var questions = 0
    var keywords = 0
    var spokenMs = 0

    static func + (left: Tally, right: Tally) -> Tally { left.combined(with: right, sign: 1) }

    static func - (left: Tally, right: Tally) -> Tally { left.combined(with: right, sign: -1) }

    private func combined(with other: Tally, sign: Int) -> Tally {
        var sum = self
        sum.words += sign * other.words
        sum.content += sign * other.content
        sum.names += sign * other.names
        sum.numbers += sign * other.numbers
        sum.fillers += sign * other.fillers
        sum.explanations += sign * other.explanations
        sum.emotions += sign * other.emotions
        sum.superlatives += sign * other.superlatives
        sum.contrasts += sign * other.contrasts
        sum.address += sign * other.address
        sum.quotable += sign * other.quotable
        sum.backchannels += sign * other.backchannels
        sum.questions += sign * other.questions
        sum.keywords += sign * other.keywords
        sum.spokenMs += sign * other.spokenMs
        return sum
    }
}
