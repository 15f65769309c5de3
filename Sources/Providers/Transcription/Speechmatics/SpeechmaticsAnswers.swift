import Contracts

/// Reads what Speechmatics answers.
enum SpeechmaticsAnswers {
    private struct Receipt: Decodable {
        var id: String
    }

    private struct Job: Decodable {
        struct Configuration: Decodable {
            struct Tracking: Decodable {
                var reference: String?
            }

            var tracking: Tracking?
        }

        struct Trouble: Decodable {
            var message: String?
        }

        var id: String
        var status: String
        var config: Configuration?
        var errors: [Trouble]?
    }

    private struct JobAnswer: Decodable {
        var job: Job
    }

    private struct JobPage: Decodable {
        var jobs: [Job]
    }

    private struct Transcript: Decodable {
        struct Metadata: Decodable {
            enum CodingKeys: String, CodingKey {
                case configuration = "transcription_config"
            }

            struct Configuration: Decodable {
                var language: String?
                var model: String?
            }

            var configuration: Configuration?
        }

        struct JobInfo: Decodable {
            var duration: Double?
        }

        var job: JobInfo?
        var metadata: Metadata?
        var results: [Item]
    }

    private struct Item: Decodable {
        enum CodingKeys: String, CodingKey {
            case type, alternatives
            case start = "start_time"
            case end = "end_time"
            case attachesTo = "attaches_to"
        }

        struct Alternative: Decodable {
            var content: String
            var confidence: Double?
            var language: String?
            var speaker: String?
        }

        var type: String
        var start: Double?
        var end: Double?
        var attachesTo: String?
        var alternatives: [Alternative]?
    }

    private struct Trouble: Decodable {
        var error: String?
        var detail: String?
        var message: String?
    }

    static func id(_ bytes: [UInt8]) throws(AnswerFault) -> String {
        try ProviderId.required(try AnswerJSON.decode(Receipt.self, bytes).id)
    }

    static func job(_ bytes: [UInt8], id: String) throws(AnswerFault) -> HeardProgress {
        let job = try AnswerJSON.decode(JobAnswer.self, bytes).job
        guard job.id == id else { throw AnswerFault("it is about another job") }
        return switch job.status {
        case "created": .waiting
        case "running": .running
        case "done": .done
        case "rejected": .failed(failure(job.errors?.compactMap(\.message) ?? []))
        case "deleted", "expired": .gone
        default: .unknown(job.status)
        }
    }

    static func id(inList bytes: [UInt8], tag: String) throws(AnswerFault) -> String? {
        let jobs = try AnswerJSON.decode(JobPage.self, bytes).jobs
        return jobs.first { $0.config?.tracking?.reference == tag }.flatMap { ProviderId.plain($0.id) }
    }

    /// The transcript in the form `json-v2`, where punctuation is an item of its own.
    static func transcript(_ bytes: [UInt8], model: String) throws(AnswerFault) -> HeardTranscript {
        let read = try AnswerJSON.decode(Transcript.self, bytes)
        var collector = WordCollector()
        var languages: [String: Int] = [:]
        for item in read.results {
            guard let heard = item.alternatives?.first else { continue }
            switch item.type {
            case "word":
                try collector.add(
                    heard.content,
                    startMs: item.start.map { $0 * 1_000 },
                    endMs: item.end.map { $0 * 1_000 },
                    confidence: heard.confidence,
                    // Whom it cannot tell it calls UU.
                    speaker: heard.speaker == "UU" ? nil : heard.speaker
                )
                if let language = heard.language { languages[language, default: 0] += 1 }
            case "punctuation": collector.attach(heard.content, toNext: item.attachesTo == "next")
            default: break
            }
        }
        let configuration = read.metadata?.configuration
        let asked = HeardLanguage.tag(configuration?.language)
        let most = languages.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        return collector.finish(
            language: asked ?? most,
            durationMs: read.job?.duration.map { $0 * 1_000 },
            model: ProviderWords.first(configuration?.model, model) ?? model
        )
    }

    static func words(_ bytes: [UInt8]) -> String? {
        guard let read = try? AnswerJSON.decode(Trouble.self, bytes) else { return nil }
        let parts = [read.error, read.detail ?? read.message].compactMap(\.self)
        return ProviderWords.first(parts.joined(separator: ": "))
    }

    private static func failure(_ messages: [String]) -> Problem {
        let words = ProviderWords.first(messages.prefix(5).joined(separator: "; ")) ?? "it gave no reason"
        return Problem(
            .providerRefused,
            detail: "Speechmatics rejected the job: \(words).",
            retryable: words.lowercased().contains("fetch")
        )
    }
}
