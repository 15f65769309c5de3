import Contracts
import Foundation

/// Reads what Deepgram answers and calls back with.
enum DeepgramAnswers {
    /// A transcript, or the reason why there is none.
    enum Told: Sendable {
        case transcript(HeardTranscript)
        case failed(Problem)
    }

    /// What the project's log says of a request.
    struct Logged: Sendable, Hashable {
        /// The status that Deepgram answered with; nil while it is at work.
        var status: Int?
        var created: Date?
    }

    private struct Answer: Decodable {
        enum CodingKeys: String, CodingKey {
            case metadata, results, category, message, details
            case requestId = "request_id"
            case code = "err_code"
            case text = "err_msg"
        }

        var metadata: Metadata?
        var results: Results?
        var requestId: String?
        // Two shapes of errors.
        var code: String?
        var text: String?
        var category: String?
        var message: String?
        var details: String?
    }

    private struct Metadata: Decodable {
        enum CodingKeys: String, CodingKey {
            case duration
            case requestId = "request_id"
            case modelInfo = "model_info"
        }

        struct Model: Decodable {
            var name: String?
            var arch: String?
        }

        var requestId: String?
        var duration: Double?
        var modelInfo: [String: Model]?

        /// The name with the generation: `nova-3 general`.
        var model: String? {
            let models = (modelInfo ?? [:]).values.compactMap { model in
                ProviderWords.first([model.arch, model.name].compactMap(\.self).joined(separator: " "))
            }
            return models.isEmpty ? nil : ProviderWords.first(models.sorted().joined(separator: "+"))
        }
    }

    private struct Results: Decodable {
        var channels: [Channel]
    }

    private struct Channel: Decodable {
        enum CodingKeys: String, CodingKey {
            case alternatives
            case language = "detected_language"
        }

        struct Alternative: Decodable {
            var words: [Word]?
            var languages: [String]?
        }

        var alternatives: [Alternative]
        var language: String?
    }

    private struct Word: Decodable {
        enum CodingKeys: String, CodingKey {
            case word, start, end, confidence, speaker
            case punctuated = "punctuated_word"
        }

        var word: String
        var punctuated: String?
        var start: Double
        var end: Double
        var confidence: Double?
        var speaker: Int?
    }

    private struct LogEntry: Decodable {
        enum CodingKeys: String, CodingKey {
            case id = "request_id"
            case code, created, path, callback
        }

        var id: String?
        var code: Int?
        var created: String?
        var path: String?
        var callback: String?
    }

    private struct LogPage: Decodable {
        var requests: [LogEntry]
    }

    private struct LogAnswer: Decodable {
        var request: LogEntry?
    }

    /// The id of a request, in its receipt or with its transcript.
    static func id(_ bytes: [UInt8]) throws(AnswerFault) -> String {
        let read = try AnswerJSON.decode(Answer.self, bytes)
        return try ProviderId.required(read.requestId ?? read.metadata?.requestId)
    }

    /// A whole transcript, or an error in any of its shapes.
    static func read(_ bytes: [UInt8], model: String) throws(AnswerFault) -> Told {
        let read = try AnswerJSON.decode(Answer.self, bytes)
        guard let results = read.results else {
            guard let words = words(read) else { throw AnswerFault("it has neither results nor an error") }
            return .failed(failure(words))
        }
        var collector = WordCollector()
        for (number, channel) in results.channels.enumerated() {
            for word in channel.alternatives.first?.words ?? [] {
                let speaker = word.speaker.map(String.init)
                try collector.add(
                    word.punctuated ?? word.word,
                    startMs: word.start * 1_000,
                    endMs: word.end * 1_000,
                    confidence: word.confidence,
                    // A channel of its own is a speaker of its own.
                    speaker: results.channels.count > 1 ? "\(number)-\(speaker ?? "0")" : speaker
                )
            }
        }
        let first = results.channels.first
        return .transcript(
            collector.finish(
                language: first?.language ?? first?.alternatives.first?.languages?.first,
                durationMs: read.metadata?.duration.map { $0 * 1_000 },
                model: read.metadata?.model ?? model
            )
        )
    }

    static func logged(_ bytes: [UInt8]) throws(AnswerFault) -> Logged {
        // The entry stands alone or inside of `request`.
        let inner = (try? AnswerJSON.decode(LogAnswer.self, bytes))?.request
        let entry: LogEntry
        if let inner { entry = inner } else { entry = try AnswerJSON.decode(LogEntry.self, bytes) }
        return Logged(status: entry.code, created: entry.created.flatMap(Timestamp.parse))
    }

    /// The request whose address or callback holds our note.
    static func id(inLog bytes: [UInt8], tag: String) throws(AnswerFault) -> String? {
        let page = try AnswerJSON.decode(LogPage.self, bytes)
        let entry = page.requests.first { entry in
            [entry.path, entry.callback].contains { holds($0, tag) }
        }
        return entry?.id.flatMap(ProviderId.plain)
    }

    /// Its own words about a refusal, in any of three shapes.
    static func words(_ bytes: [UInt8]) -> String? {
        if let read = try? AnswerJSON.decode(Answer.self, bytes) { return words(read) }
        let text = String(decoding: bytes.prefix(2_000), as: UTF8.self)
        return text.hasPrefix("<") ? nil : ProviderWords.first(text)
    }

    static func failure(_ words: String?) -> Problem {
        let words = ProviderWords.first(words) ?? "it gave no reason"
        // The audio's host is ours, and may be away for a moment.
        let isFetch = ["REMOTE_CONTENT", "fetch", "download"].contains { words.contains($0) }
        return Problem(
            .providerRefused,
            detail: "Deepgram gave the transcript up: \(words).",
            retryable: isFetch
        )
    }

    private static func words(_ read: Answer) -> String? {
        let parts = [read.code ?? read.category, read.text ?? read.message, read.details]
        return ProviderWords.first(parts.compactMap(\.self).joined(separator: ": "))
    }

    /// Whether a text holds the tag and not a longer one that begins with it.
    private static func holds(_ text: String?, _ tag: String) -> Bool {
        guard let text, let range = text.firstRange(of: tag) else { return false }
        return text[range.upperBound...].first?.isNumber != true
    }
}
