import Foundation
import Testing

/// The shared vectors of `webhooks/signatures/vectors.json`.
struct SignatureVectors: Decodable, Sendable {
    struct Signing: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var keys: [String]
        var id: String
        var timestamp: Int64
        var body: String
        var signature: String
        var testDescription: String { name }
    }

    struct Verification: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var keys: [String]
        var headers: [String: String]
        var body: String
        var now: Int64
        var toleranceSeconds: Int64
        var verdict: String
        var reason: String?
        var testDescription: String { name }
    }

    struct Key: Decodable, Sendable, CustomTestStringConvertible {
        enum Use: String, Decodable { case sign, verify }

        var name: String
        var use: Use
        var text: String
        var verdict: String
        var reason: String?
        /// Of a secret that is accepted.
        var keyBytes: Int?
        /// Of a pair that is accepted.
        var publicKey: String?
        var testDescription: String { name }
    }

    struct Inbound: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var secret: String
        var body: String
        var signature: String
        var testDescription: String { name }
    }

    var toleranceSeconds: Int64
    var signaturesMax: Int
    var reasons: [String: String]
    var signing: [Signing]
    var verification: [Verification]
    var keys: [Key]
    var inbound: [Inbound]

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
