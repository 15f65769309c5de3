import Pipeline
import Signatures

/// What is set for one provider, and where each value stands.
struct ProviderValues: Sendable {
    /// What runs, callbacks and metrics call it.
    let provider: String
    private var values: [String: ProviderValue] = [:]
    private var places: [String: String] = [:]
    /// Begins the place of a member that is not set.
    private let place: @Sendable (_ member: String) -> String

    init(_ provider: String, place: @escaping @Sendable (_ member: String) -> String) {
        self.provider = provider
        self.place = place
    }

    subscript(member: String) -> ProviderValue? { values[member] }

    mutating func put(_ value: ProviderValue, as member: String, at place: String) {
        values[member] = value
        places[member] = place
    }

    /// A mistake in a member that only shows with the others.
    func fault(_ member: String, _ words: String) -> Settings.Invalid {
        Settings.Invalid(description: "\(places[member] ?? place(member)) \(words)")
    }

    func text(_ member: String) -> String? {
        if case .text(let text) = values[member] { text } else { nil }
    }

    func secret(_ member: String) -> Secret? {
        if case .secret(let secret) = values[member] { secret } else { nil }
    }

    func number(_ member: String) -> Int? {
        if case .number(let number) = values[member] { number } else { nil }
    }

    func flag(_ member: String) -> Bool? {
        if case .flag(let flag) = values[member] { flag } else { nil }
    }

    func list(_ member: String) -> [String]? {
        if case .list(let list) = values[member] { list } else { nil }
    }

    func pairs(_ member: String) -> [String: String]? {
        if case .pairs(let pairs) = values[member] { pairs } else { nil }
    }

    /// A word of an enumeration.
    func word<Word: RawRepresentable>(_ member: String, as type: Word.Type = Word.self) -> Word?
    where Word.RawValue == String {
        text(member).flatMap(Word.init(rawValue:))
    }

    /// Of a member that is needed, so that it is there.
    func neededText(_ member: String) throws -> String {
        guard let text = text(member) else { throw fault(member, "is missing") }
        return text
    }

    func neededSecret(_ member: String) throws -> Secret {
        guard let secret = secret(member) else { throw fault(member, "is missing") }
        return secret
    }

    /// What it may be given.
    var limits: ProviderLimits {
        ProviderLimits(
            concurrency: number("concurrency"),
            requestsPerMinute: number("requests_per_minute"),
            minutesPerDay: number("minutes_per_day"),
            rendersPerDay: number("renders_per_day")
        )
    }
}
