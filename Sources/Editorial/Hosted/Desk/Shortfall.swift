package import Contracts

/// Something that a hosted model did not do, so that the embedded scorer did it.
package struct Shortfall: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        case whole
        /// The choice within a part of the recording.
        case part(TimeRange)
        /// The details of the chosen moment of this number.
        case moment(Int)
    }

    package let place: Place
    /// The end of a sentence, without a point.
    package let why: String

    package init(place: Place, why: String) {
        self.place = place
        self.why = why
    }
}

extension Shortfall {
    package static let code = "editorial-fell-back"
    private static let partsToldMax = 20

    /// Tells users of all that a model left to the embedded scorer; `clips` has the names of moments by number.
    static func warnings(_ shortfalls: [Shortfall], model: String, clips: [Int: String]) -> [Warning] {
        var parts: [(range: TimeRange, why: String)] = []
        var warnings: [Warning] = []
        for shortfall in shortfalls {
            switch shortfall.place {
            case .whole:
                warnings.append(
                    Warning(
                        code: code,
                        detail: "The whole plan is the embedded scorer's, not \(model)'s: \(shortfall.why)."
                    )
                )
            case .moment(let number):
                warnings.append(
                    Warning(
                        code: code,
                        detail:
                            "Title and reason are the embedded scorer's, not \(model)'s: \(shortfall.why).",
                        clip: clips[number]
                    )
                )
            case .part(let range):
                // Parts in a row that failed alike are told of as one.
                if let last = parts.last, last.why == shortfall.why, last.range.endMs >= range.startMs {
                    parts[parts.count - 1].range.endMs = range.endMs
                } else {
                    parts.append((range, shortfall.why))
                }
            }
        }
        let told = parts.prefix(partsToldMax).map { part in
            Warning(
                code: code,
                detail:
                    "From \(time(part.range.startMs)) to \(time(part.range.endMs)) the embedded scorer chose, not "
                    + "\(model): \(part.why)."
            )
        }
        return told + warnings
    }

    private static func time(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1_000
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
