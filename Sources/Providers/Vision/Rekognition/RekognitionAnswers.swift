import Contracts

/// Reads what Amazon Rekognition Video answers and pushes.
enum RekognitionAnswers {
    static let pageTokenBytesMax = 4 << 10

    enum State: Sendable, Hashable {
        case running
        case done
        case failed(Problem)
        case unknown(String)
    }

    /// One page of a job's faces.
    struct Page: Sendable, Hashable {
        var state: State
        var sightings: [FaceSighting]
        /// Names the page behind this one.
        var next: String?
    }

    private struct Receipt: Decodable {
        enum CodingKeys: String, CodingKey {
            case id = "JobId"
        }

        var id: String?
    }

    private struct Answer: Decodable {
        enum CodingKeys: String, CodingKey {
            case id = "JobId"
            case status = "JobStatus"
            case message = "StatusMessage"
            case faces = "Faces"
            case next = "NextToken"
        }

        var id: String?
        var status: String
        var message: String?
        var faces: [Detection]?
        var next: String?
    }

    private struct Detection: Decodable {
        enum CodingKeys: String, CodingKey {
            case timestamp = "Timestamp"
            case face = "Face"
        }

        var timestamp: Double
        var face: Face?
    }

    private struct Face: Decodable {
        enum CodingKeys: String, CodingKey {
            case box = "BoundingBox"
            case confidence = "Confidence"
        }

        var box: Box?
        var confidence: Double?
    }

    private struct Box: Decodable {
        enum CodingKeys: String, CodingKey {
            case left = "Left"
            case top = "Top"
            case width = "Width"
            case height = "Height"
        }

        var left: Double
        var top: Double
        var width: Double
        var height: Double
    }

    static func id(_ bytes: [UInt8]) throws(AnswerFault) -> String {
        try ProviderId.required(try AnswerJSON.decode(Receipt.self, bytes).id)
    }

    /// `reader` counts the sightings of all pages.
    static func page(
        _ bytes: [UInt8],
        of id: String,
        _ reader: inout SightingReader
    ) throws(AnswerFault) -> Page {
        let read = try AnswerJSON.decode(Answer.self, bytes)
        guard read.id == nil || read.id == id else { throw AnswerFault("it is about another job") }
        let state: State =
            switch read.status {
            case "IN_PROGRESS": .running
            case "SUCCEEDED": .done
            case "FAILED": .failed(failure(read.message))
            default: .unknown(read.status)
            }
        var sightings: [FaceSighting] = []
        for detection in state == .done ? read.faces ?? [] : [] {
            // All of them may be missing, and then nothing is told.
            guard let box = detection.face?.box, let confidence = detection.face?.confidence else { continue }
            do throws(AnswerFault) {
                let sighting = try reader.read(
                    tMs: detection.timestamp,
                    box: [box.left, box.top, box.width, box.height],
                    score: confidence / 100
                )
                if let sighting { sightings.append(sighting) }
            } catch {
                throw error.ofResult
            }
        }
        let next = read.next.flatMap { $0.isEmpty ? nil : $0 }
        guard next.map({ $0.utf8.count <= pageTokenBytesMax }) ?? true else {
            throw AnswerFault("the name of its next page is too long", isOfResult: true)
        }
        return Page(state: state, sightings: sightings, next: next)
    }

    /// The job that a message of SNS is about, which was verified before.
    static func jobId(ofCallback bytes: [UInt8]) -> String? {
        guard let message = SNSVerifier.message(of: bytes),
            let read = try? AnswerJSON.decode(Receipt.self, Array(message.message.utf8))
        else { return nil }
        return read.id.flatMap(ProviderId.plain)
    }

    private static func failure(_ reason: String?) -> Problem {
        let words = ProviderWords.first(reason) ?? "it gave no reason"
        return Problem(
            .providerRefused,
            detail: "Amazon Rekognition gave the job up: \(words)",
            retryable: words.lowercased().contains("internal")
        )
    }
}
