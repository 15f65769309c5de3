import Contracts

/// Reads what Rev.ai answers and calls back with.
enum RevAIAnswers {
    struct Told: Sendable {
        var progress: HeardProgress
        var language: String?
        var durationMs: Double?
        /// What it was heard by: `machine`, or a newer one.
        var model: String?
    }

    private struct Job: Decodable {
        enum CodingKeys: String, CodingKey {
            case id, status, metadata, language, failure, transcriber
            case detail = "failure_detail"
            case duration = "duration_seconds"
        }

        var id: String
        var status: String
        var metadata: String?
        var language: String?
        var failure: String?
        var detail: String?
        var duration: Double?
        var transcriber: String?
    }

    private struct Callback: Decodable {
        var job: Job
    }

    private struct Transcript: Decodable {
        struct Monologue: Decodable {
            var speaker: Int?
            var elements: [Element]
        }

        struct Element: Decodable {
            enum CodingKeys: String, CodingKey {
                case type, value, confidence
                case start = "ts"
                case end = "end_ts"
            }

            var type: String
            var value: String?
            var start: Double?
            var end: Double?
            var confidence: Double?
        }

        var monologues: [Monologue]
    }

    private struct Trouble: Decodable {
        var title: String?
        var detail: String?
    }

    static func id(_ bytes: [UInt8]) throws(AnswerFault) -> String {
        try ProviderId.required(try AnswerJSON.decode(Job.self, bytes).id)
    }

    static func id(ofCallback bytes: [UInt8]) -> String? {
        (try? AnswerJSON.decode(Callback.self, bytes)).flatMap { ProviderId.plain($0.job.id) }
    }

    static func job(_ bytes: [UInt8], id: String) throws(AnswerFault) -> Told {
        let job = try AnswerJSON.decode(Job.self, bytes)
        guard job.id == id else { throw AnswerFault("it is about another job") }
        let progress: HeardProgress =
            switch job.status {
            case "in_progress": .running
            case "transcribed": .done
            case "failed": .failed(failure(job))
            default: .unknown(job.status)
            }
        return Told(
            progress: progress,
            language: job.language,
            durationMs: job.duration.map { $0 * 1_000 },
            model: job.transcriber
        )
    }

    static func id(inList bytes: [UInt8], tag: String) throws(AnswerFault) -> String? {
        let jobs = try AnswerJSON.decode([Job].self, bytes)
        return jobs.first { $0.metadata == tag }.flatMap { ProviderId.plain($0.id) }
    }

    /// Monologues of words and marks; a space is a mark, too.
    static func transcript(_ bytes: [UInt8], told: Told) throws(AnswerFault) -> HeardTranscript {
        let read = try AnswerJSON.decode(Transcript.self, bytes)
        var collector = WordCollector()
        for monologue in read.monologues {
            for element in monologue.elements {
                guard let value = element.value else { continue }
                switch element.type {
                case "text":
                    try collector.add(
                        value,
                        startMs: element.start.map { $0 * 1_000 },
                        endMs: element.end.map { $0 * 1_000 },
                        confidence: element.confidence,
                        speaker: monologue.speaker.map(String.init)
                    )
                case "punct": collector.attach(value)
                default: break
                }
            }
        }
        return collector.finish(
            language: told.language,
            durationMs: told.durationMs,
            model: ProviderWords.first(told.model.map { "rev.ai \($0)" }) ?? "rev.ai machine"
        )
    }

    static func words(_ bytes: [UInt8]) -> String? {
        guard let read = try? AnswerJSON.decode(Trouble.self, bytes) else { return nil }
        return ProviderWords.first([read.title, read.detail].compactMap(\.self).joined(separator: ": "))
    }

    private static func failure(_ job: Job) -> Problem {
        let words = ProviderWords.first([job.failure, job.detail].compactMap(\.self).joined(separator: ": "))
        return Problem(
            .providerRefused,
            detail: "Rev.ai gave the job up: \(words ?? "it gave no reason").",
            retryable: ["download_failure", "internal_processing"].contains(job.failure ?? "")
        )
    }
}
