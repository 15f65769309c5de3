import Contracts
import Foundation
import OutboundHTTP

/// Reads what AssemblyAI answers and calls back with.
enum AssemblyAIAnswers {
    /// One transcript, at whatever stage.
    struct Told: Sendable {
        var id: String
        var progress: HeardProgress
        /// Where it is done.
        var transcript: HeardTranscript?
    }

    private struct Transcript: Decodable {
        enum CodingKeys: String, CodingKey {
            case id, status, error, words
            case audioDuration = "audio_duration"
            case languageCode = "language_code"
            case speechModel = "speech_model"
            case speechModelUsed = "speech_model_used"
        }

        struct Word: Decodable {
            var text: String
            var start: Double
            var end: Double
            var confidence: Double?
            var speaker: String?
        }

        var id: String
        var status: String
        var error: String?
        var words: [Word]?
        var audioDuration: Double?
        var languageCode: String?
        var speechModel: String?
        var speechModelUsed: String?
    }

    /// What is left of a transcript that cannot be read.
    private struct State: Decodable {
        var status: String
    }

    /// A part of the list of transcripts, the newest first.
    struct ListPage: Sendable {
        struct Item: Sendable {
            var id: String
            /// Nil where it is not said, or in words that are not known.
            var madeAt: Date?
        }

        var items: [Item]
        var hasOlder: Bool
    }

    private struct Page: Decodable {
        enum CodingKeys: String, CodingKey {
            case transcripts
            case details = "page_details"
        }

        /// Of strangers' transcripts, too: nothing but the id is needed.
        struct Item: Decodable {
            var id: String
            var created: String?
        }

        struct Details: Decodable {
            enum CodingKeys: String, CodingKey {
                case older = "prev_url"
            }

            var older: String?
        }

        var transcripts: [Item]
        var details: Details?
    }

    private struct Addressed: Decodable {
        enum CodingKeys: String, CodingKey {
            case webhookURL = "webhook_url"
        }

        var webhookURL: String?
    }

    private struct Callback: Decodable {
        enum CodingKeys: String, CodingKey {
            case transcriptId = "transcript_id"
        }

        var transcriptId: String
    }

    private struct Trouble: Decodable {
        var error: String?
    }

    static func id(_ bytes: [UInt8]) throws(AnswerFault) -> String {
        try ProviderId.required(try AnswerJSON.decode(Transcript.self, bytes).id)
    }

    static func read(_ bytes: [UInt8], model: String) throws(AnswerFault) -> Told {
        let read: Transcript
        do throws(AnswerFault) {
            read = try AnswerJSON.decode(Transcript.self, bytes)
        } catch {
            let state = try? AnswerJSON.decode(State.self, bytes)
            throw state?.status == "completed" ? error.ofResult : error
        }
        let progress: HeardProgress =
            switch read.status {
            case "queued": .waiting
            case "processing": .running
            case "completed": .done
            case "error": .failed(failure(read.error))
            default: .unknown(read.status)
            }
        return Told(
            id: read.id,
            progress: progress,
            transcript: progress == .done ? try heard(read, model: model) : nil
        )
    }

    static func page(_ bytes: [UInt8]) throws(AnswerFault) -> ListPage {
        let page = try AnswerJSON.decode(Page.self, bytes)
        return ListPage(
            items: page.transcripts.map { ListPage.Item(id: $0.id, madeAt: $0.created.flatMap(time)) },
            hasOlder: page.details?.older?.isEmpty == false
        )
    }

    /// Times are of UTC, and do not say so.
    private static func time(_ text: String) -> Date? { Timestamp.parse(text) ?? Timestamp.parse("\(text)Z") }

    /// Where the callback of a transcript goes, whatever else is in it or is not.
    static func callbackAddress(_ bytes: [UInt8]) -> String? {
        (try? AnswerJSON.decode(Addressed.self, bytes))?.webhookURL
    }

    /// The id in a callback; other callbacks, about redacted audio, have none.
    static func id(ofCallback bytes: [UInt8]) -> String? {
        (try? AnswerJSON.decode(Callback.self, bytes)).flatMap { ProviderId.plain($0.transcriptId) }
    }

    /// Its own words about a refusal.
    static func words(_ response: HTTPResponse) -> String? {
        ProviderWords.first((try? AnswerJSON.decode(Trouble.self, response.body))?.error)
    }

    private static func heard(_ read: Transcript, model: String) throws(AnswerFault) -> HeardTranscript {
        do throws(AnswerFault) {
            return try collected(read, model: model)
        } catch {
            throw error.ofResult
        }
    }

    private static func collected(_ read: Transcript, model: String) throws(AnswerFault) -> HeardTranscript {
        guard let words = read.words else { throw AnswerFault("it is done and has no words") }
        var collector = WordCollector()
        for word in words {
            try collector.add(
                word.text,
                startMs: word.start,
                endMs: word.end,
                confidence: word.confidence,
                speaker: word.speaker
            )
        }
        return collector.finish(
            language: read.languageCode,
            durationMs: read.audioDuration.map { $0 * 1_000 },
            model: ProviderWords.first(read.speechModelUsed, read.speechModel, model) ?? model
        )
    }

    /// It is tried again only where the audio could not be fetched: anything else would fail again.
    private static func failure(_ words: String?) -> Problem {
        let words = ProviderWords.first(words)
        let isFetch = words?.lowercased().contains("download") == true
        return Problem(
            .providerRefused,
            detail: "AssemblyAI gave the transcript up: \(words ?? "it gave no reason").",
            retryable: isFetch
        )
    }
}
