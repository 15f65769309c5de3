import Foundation
import Testing

/// The shared vectors of `webhooks/signatures/vectors.json`.
struct SignatureVectors: Decodable, Sendable {
    struct Signing: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var secret: String
        var id: String
        var timestamp: Int64
        var body: String
        var signature: String
        var testDescription: String { name }
    }

    struct Verification: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var secrets: [String]
        var headers: [String: String]
        var body: String
        var now: Int64
        var verdict: String
        var reason: String?
        var testDescription: String { name }
    }

    struct Secret: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var verdict: String
        var reason: String?
        var keyBytes: Int?
        var testDescription: String { name }
    }

    var signing: [Signing]
    var verification: [Verification]
    var secrets: [Secret]

    static let all: SignatureVectors = {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        do {
            let data = try Data(contentsOf: root.appending(path: "webhooks/signatures/vectors.json"))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(SignatureVectors.self, from: data)
        } catch {
            fatalError("no signature vectors: \(error)")
        }
    }()
}
