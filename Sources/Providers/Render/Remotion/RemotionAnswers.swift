import Contracts
import Foundation

/// Reads what a Remotion render says of itself: to the gateway, in its bucket, and by callback.
enum RemotionAnswers {
    /// One render, as its progress or its function tells it.
    struct Told: Sendable, Hashable {
        enum State: Sendable, Hashable {
            /// 0 to 1.
            case running(Double)
            case done
            case failed(words: String, isPassing: Bool)
            /// It found the file of its name there already.
            case outputIsThere
        }

        var state: State
        /// Of the file that it made.
        var outputKey: String?
        var outputBucket: String?
        var sizeBytes: Int64?
    }

    /// What a callback says; its signature is over these bytes.
    struct Callback: Decodable, Sendable, Hashable {
        struct CustomData: Decodable, Sendable, Hashable {
            var task: String?
            var ratio: String?
            var of: Int?
        }

        struct Trouble: Decodable, Sendable, Hashable {
            var message: String?
        }

        var type: String
        var renderId: String
        var customData: CustomData?
        var errors: [Trouble]?
    }

    private struct Started: Decodable {
        var type: String
        var bucketName: String
        var renderId: String
    }

    private struct Status: Decodable {
        var done: Bool
        var fatalErrorEncountered: Bool
        var overallProgress: Double?
        var errors: [Trouble]?
        var outKey: String?
        var outBucket: String?
        var outputSizeInBytes: Int64?
    }

    struct Trouble: Decodable {
        var message: String?
        var isFatal: Bool?
        var willRetry: Bool?

        var isFinal: Bool { isFatal == true && willRetry != true }
    }

    /// The id of a render that was started in our bucket.
    static func started(_ bytes: [UInt8], bucket: String) throws(AnswerFault) -> String {
        let started = try AnswerJSON.decode(Started.self, bytes)
        guard started.type == "success" else { throw AnswerFault("it is no success and no error") }
        guard started.bucketName == bucket else { throw AnswerFault("it names another bucket") }
        return try ProviderId.required(started.renderId)
    }

    /// The function's answer: its type only says that the question went well.
    static func status(_ bytes: [UInt8]) throws(AnswerFault) -> Told {
        let status = try AnswerJSON.decode(Status.self, bytes)
        if status.done {
            return Told(
                state: .done,
                outputKey: status.outKey,
                outputBucket: status.outBucket,
                sizeBytes: status.outputSizeInBytes
            )
        }
        if let failure = failure(status.errors ?? []) { return Told(state: failure) }
        if status.fatalErrorEncountered {
            return Told(state: .failed(words: "it gave no reason", isPassing: false))
        }
        return Told(state: .running(share(status.overallProgress ?? 0)))
    }

    /// Nil where it is none of Remotion's callbacks.
    static func callback(_ bytes: [UInt8]) -> Callback? {
        guard let callback = try? AnswerJSON.decode(Callback.self, bytes),
            ProviderId.plain(callback.renderId) != nil
        else { return nil }
        return callback
    }

    /// The first error that nothing will be done about.
    static func failure(_ errors: [Trouble]) -> Told.State? {
        guard let error = errors.first(where: \.isFinal) else { return nil }
        return failed(error.message)
    }

    static func failed(_ message: String?) -> Told.State {
        let words = ProviderWords.first(message) ?? "it gave no reason"
        if RemotionWords.areOfAnOutput(words) { return .outputIsThere }
        return .failed(
            words: words,
            isPassing: RemotionWords.areOfALimit(words) || RemotionWords.arePassing(words)
        )
    }

    static func share(_ value: Double) -> Double { value.isFinite ? min(max(value, 0), 1) : 0 }
}
