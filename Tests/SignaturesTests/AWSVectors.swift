import Foundation
import Signatures
import Testing

/// Requests as botocore signs them: those of AWS' test suite, of S3's manual, and of ours.
struct AWSVectors: Decodable, Sendable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var accessKey: String
        var secretKey: String
        var token: String?
        var region: String
        var service: String
        var at: Int64
        var method: String
        var host: String
        var path: String
        var query: [[String]]
        var headers: [[String]]
        /// Nil where the signature leaves it out.
        var body: String?
        var canonicalRequest: String
        var stringToSign: String
        var signature: String
        var authorization: String?
        var seconds: Int?
        var url: String?
        var testDescription: String { name }

        var signer: AWSSigner {
            let credentials = AWSCredentials(
                accessKeyId: accessKey,
                secretAccessKey: secretKey,
                sessionToken: token
            )
            return AWSSigner(credentials: credentials, region: region, service: service)
        }

        var request: AWSRequest {
            AWSRequest(
                method: method,
                scheme: "http",
                host: host,
                path: path,
                query: query.map { ($0[0], $0[1]) },
                headers: headers.map { ($0[0], $0[1]) },
                payload: body.map { .bytes(Array($0.utf8)) } ?? .unsigned
            )
        }
    }

    var headers: [Case]
    var links: [Case]

    static let all: AWSVectors = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        do {
            let data = try Data(contentsOf: tests.appending(path: "Fixtures/sigv4/vectors.json"))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(AWSVectors.self, from: data)
        } catch {
            fatalError("no vectors: \(error)")
        }
    }()
}
