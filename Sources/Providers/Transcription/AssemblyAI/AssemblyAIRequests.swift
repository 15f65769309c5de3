import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// The requests to AssemblyAI's API for recorded speech, version 2.
struct AssemblyAIRequests: Sendable {
    static let secretHeader = "X-Reelgate-Secret"
    /// Transcripts on one page of a list.
    static let pageSize = 200
    let settings: AssemblyAISettings

    private struct Order: Encodable {
        var audioUrl: String
        var speechModels: [String]
        var speakerLabels: Bool
        var languageCode: String?
        var languageDetection: Bool?
        var webhookUrl: String
        var webhookAuthHeaderName: String
        var webhookAuthHeaderValue: String
    }

    func submit(_ input: TranscriptionInput, secret: Secret) throws -> HTTPRequest {
        let order = Order(
            audioUrl: input.audio.url,
            speechModels: settings.speechModels,
            speakerLabels: settings.labelsSpeakers,
            languageCode: input.language.map(Self.languageCode),
            languageDetection: input.language == nil ? true : nil,
            webhookUrl: input.taggedCallbackURL,
            webhookAuthHeaderName: Self.secretHeader,
            webhookAuthHeaderValue: secret.reveal()
        )
        var request = request("POST", "/v2/transcript")
        request.headers.append((name: "content-type", value: "application/json"))
        request.body = [UInt8](try WireJSON.encode(order))
        return request
    }

    func transcript(_ id: String) -> HTTPRequest { request("GET", "/v2/transcript/\(id)") }

    func delete(_ id: String) -> HTTPRequest { request("DELETE", "/v2/transcript/\(id)") }

    /// The newest transcripts, or those before one of them.
    func list(before id: String?) -> HTTPRequest {
        let before = id.map { "&before_id=\($0)" } ?? ""
        return request("GET", "/v2/transcript?limit=\(Self.pageSize)\(before)")
    }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: settings.baseURL + path,
            headers: [(name: "authorization", value: settings.key.reveal())]
        )
    }

    /// Of the tags with a region it knows those of English, written its own way.
    static func languageCode(_ tag: String) -> String {
        switch tag.lowercased() {
        case "en-us": "en_us"
        case "en-gb": "en_uk"
        case "en-au": "en_au"
        default: LanguageTag.primary(tag)
        }
    }
}
