import Foundation

/// One line to the engine.
struct EngineRequest: Encodable, Sendable {
    enum Operation: String, Encodable, Sendable {
        case transcribe
        case detect
    }

    var id: Int
    var operation: Operation
    var wav: String
    var offsetBytes: Int
    var samples: Int
    var language: String?

    private enum CodingKeys: String, CodingKey {
        case id
        case operation = "op"
        case wav
        case offsetBytes = "offset_bytes"
        case samples
        case language
    }
}

/// One line from the engine.
struct EngineAnswer: Codable, Sendable {
    struct Word: Codable, Sendable {
        let text: String
        let start: Double
        let end: Double
        let probability: Double

        init(text: String, start: Double, end: Double, probability: Double) {
            self.text = text
            self.start = start
            self.end = end
            self.probability = probability
        }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            text = try container.decode(String.self)
            start = try container.decode(Double.self)
            end = try container.decode(Double.self)
            probability = try container.decode(Double.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(text)
            for number in [start, end, probability] { try container.encode(number) }
        }
    }

    /// The voice from `start` on for 1.6 s.
    struct Voice: Codable, Sendable {
        let start: Double
        let vector: [UInt8]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            start = try container.decode(Double.self)
            vector = Array(Data(base64Encoded: try container.decode(String.self)) ?? Data())
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(start)
            try container.encode(Data(vector).base64EncodedString())
        }
    }

    var id: Int?
    var ready: Bool?
    var engine: String?
    var fatal: String?
    var error: String?
    var progress: Double?
    var language: String?
    var languageProbability: Double?
    var words: [Word]?
    var voices: [Voice]?

    private enum CodingKeys: String, CodingKey {
        case id
        case ready
        case engine
        case fatal
        case error
        case progress
        case language
        case languageProbability = "language_probability"
        case words
        case voices
    }
}
