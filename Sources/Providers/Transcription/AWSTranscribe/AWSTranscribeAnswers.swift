import Contracts

/// Reads what Amazon Transcribe answers and pushes.
enum AWSTranscribeAnswers {
    struct Told: Sendable {
        var progress: HeardProgress
        var transcriptURI: String?
        var language: String?
    }

    private struct JobAnswer: Decodable {
        enum CodingKeys: String, CodingKey {
            case job = "TranscriptionJob"
        }

        var job: Job
    }

    private struct Job: Decodable {
        enum CodingKeys: String, CodingKey {
            case name = "TranscriptionJobName"
            case status = "TranscriptionJobStatus"
            case transcript = "Transcript"
            case reason = "FailureReason"
            case language = "LanguageCode"
        }

        struct Transcript: Decodable {
            enum CodingKeys: String, CodingKey {
                case uri = "TranscriptFileUri"
            }

            var uri: String?
        }

        var name: String
        var status: String?
        var transcript: Transcript?
        var reason: String?
        var language: String?
    }

    private struct Transcript: Decodable {
        enum CodingKeys: String, CodingKey {
            case results
        }

        struct Results: Decodable {
            enum CodingKeys: String, CodingKey {
                case items
                case language = "language_code"
            }

            var items: [Item]
            var language: String?
        }

        var results: Results
    }

    private struct Item: Decodable {
        enum CodingKeys: String, CodingKey {
            case type, alternatives
            case start = "start_time"
            case end = "end_time"
            case speaker = "speaker_label"
        }

        struct Alternative: Decodable {
            var content: String
            var confidence: TextNumber?
        }

        var type: String
        var start: TextNumber?
        var end: TextNumber?
        var speaker: String?
        var alternatives: [Alternative]?
    }

    /// A number that is written as a text.
    private struct TextNumber: Decodable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                value = number
            } else if let number = Double(try container.decode(String.self)), number.isFinite {
                value = number
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
            }
        }
    }

    private struct Event: Decodable {
        struct Detail: Decodable {
            enum CodingKeys: String, CodingKey {
                case name = "TranscriptionJobName"
            }

            var name: String
        }

        var source: String
        var detail: Detail
    }

    static func job(_ bytes: [UInt8], name: String) throws(AnswerFault) -> Told {
        let job = try AnswerJSON.decode(JobAnswer.self, bytes).job
        guard job.name == name else { throw AnswerFault("it is about another job") }
        let progress: HeardProgress =
            switch job.status {
            case "QUEUED": .waiting
            case "IN_PROGRESS": .running
            case "COMPLETED": .done
            case "FAILED": .failed(failure(job.reason))
            default: .unknown(job.status ?? "")
            }
        return Told(progress: progress, transcriptURI: job.transcript?.uri, language: job.language)
    }

    /// Times are texts, and punctuation has none.
    static func transcript(_ bytes: [UInt8], language: String?) throws(AnswerFault) -> HeardTranscript {
        let results = try AnswerJSON.decode(Transcript.self, bytes).results
        var collector = WordCollector()
        for item in results.items {
            guard let heard = item.alternatives?.first else { continue }
            switch item.type {
            case "pronunciation":
                try collector.add(
                    heard.content,
                    startMs: item.start.map { $0.value * 1_000 },
                    endMs: item.end.map { $0.value * 1_000 },
                    confidence: heard.confidence?.value,
                    speaker: item.speaker
                )
            case "punctuation": collector.attach(heard.content)
            default: break
            }
        }
        return collector.finish(
            language: results.language ?? language,
            durationMs: nil,
            model: "aws-transcribe"
        )
    }

    /// The job that an event is about: posted by EventBridge itself, or inside of a message of SNS.
    static func jobName(ofCallback bytes: [UInt8]) -> String? {
        let text = SNSVerifier.message(of: bytes).map { Array($0.message.utf8) } ?? bytes
        guard let event = try? AnswerJSON.decode(Event.self, text), event.source == "aws.transcribe" else {
            return nil
        }
        return ProviderId.plain(event.detail.name)
    }

    private static func failure(_ reason: String?) -> Problem {
        let words = ProviderWords.first(reason) ?? "it gave no reason"
        return Problem(
            .providerRefused,
            detail: "Amazon Transcribe gave the job up: \(words)",
            retryable: words.lowercased().contains("internal")
        )
    }
}
