import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// The requests to Rev.ai's asynchronous speech-to-text API, version 1.
struct RevAIRequests: Sendable {
    static let transcriptType = "application/vnd.rev.transcript.v1.0+json"
    static let jobsMax = 100
    let settings: RevAISettings

    private struct Order: Encodable {
        struct Source: Encodable {
            var url: String
        }

        struct Notification: Encodable {
            var url: String
            /// It takes no other header.
            var authHeaders: [String: String]
        }

        var sourceConfig: Source
        var notificationConfig: Notification
        var metadata: String
        var language: String
        var skipDiarization: Bool
    }

    func submit(_ input: TranscriptionInput, language: String, secret: Secret) throws -> HTTPRequest {
        let order = Order(
            sourceConfig: Order.Source(url: input.audio.url),
            notificationConfig: Order.Notification(
                url: input.taggedCallbackURL,
                authHeaders: ["Authorization": "Bearer \(secret.reveal())"]
            ),
            metadata: input.tag,
            language: Self.languageCode(language),
            skipDiarization: !settings.labelsSpeakers
        )
        var request = request("POST", "/jobs")
        request.headers.append((name: "content-type", value: "application/json"))
        request.body = try Self.encode(order)
        return request
    }

    func job(_ id: String) -> HTTPRequest { request("GET", "/jobs/\(id)") }

    func transcript(_ id: String) -> HTTPRequest {
        var request = request("GET", "/jobs/\(id)/transcript")
        request.headers.append((name: "accept", value: Self.transcriptType))
        return request
    }

    func list() -> HTTPRequest { request("GET", "/jobs?limit=\(Self.jobsMax)") }

    func delete(_ id: String) -> HTTPRequest { request("DELETE", "/jobs/\(id)") }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: "\(settings.baseURL)/speechtotext/v1\(path)",
            headers: [(name: "authorization", value: "Bearer \(settings.token.reveal())")]
        )
    }

    /// The name of the header is a key too, which must stay as it is.
    private static func encode(_ order: Order) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(order))
    }

    /// It has languages, with regions for English only, and its own code for Mandarin.
    static func languageCode(_ tag: String) -> String {
        let lowered = tag.lowercased()
        if lowered == "en-us" || lowered == "en-gb" { return lowered }
        let primary = LanguageTag.primary(tag)
        return primary == "zh" ? "cmn" : primary
    }
}
