import Threads

/// What happened at hosted providers since the start, for the metrics.
package final class ProviderMeter: Sendable {
    package struct Key: Hashable, Sendable {
        package let provider: String
        package let word: String

        package init(provider: String, word: String) {
            self.provider = provider
            self.word = word
        }
    }

    package struct Snapshot: Sendable {
        package fileprivate(set) var errors: [Key: Int] = [:]
        package fileprivate(set) var unknownStatuses: [Key: Int] = [:]
    }

    /// Different words of one provider that are told apart; further ones count as `other`.
    static let wordsMax = 20
    private static let wordCharactersMax = 40
    private let counts = Locked(Snapshot())

    package init() {}

    package var snapshot: Snapshot { counts.withLock(\.self) }

    package func countError(provider: String, word: String) {
        counts.withLock { $0.errors[Key(provider: provider, word: word), default: 0] += 1 }
    }

    /// A status word that its adapter does not know.
    package func countUnknownStatus(provider: String, word: String) {
        let shown = Self.shown(word)
        counts.withLock { counts in
            let key = Key(provider: provider, word: shown)
            let isFull = counts.unknownStatuses.keys.count { $0.provider == provider } >= Self.wordsMax
            let isNew = counts.unknownStatuses[key] == nil
            let counted = isNew && isFull ? Key(provider: provider, word: "other") : key
            counts.unknownStatuses[counted, default: 0] += 1
        }
    }

    /// A word from outside as it may stand in a metric.
    private static func shown(_ word: String) -> String {
        let plain = word.prefix(wordCharactersMax).lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
        }
        return plain.isEmpty ? "empty" : String(plain)
    }
}
