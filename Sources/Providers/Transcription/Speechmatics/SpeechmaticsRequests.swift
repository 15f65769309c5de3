import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// The requests to Speechmatics' batch API, version 2.
struct SpeechmaticsRequests: Sendable {
    static let jobsMax = 100
    let settings: SpeechmaticsSettings

    private struct Order: Encodable {
        struct Fetch: Encodable {
            var url: String
        }

        struct Transcription: Encodable {
            var language: String
            var model: String
            var diarization: String?
        }

        struct Tracking: Encodable {
            var reference: String
        }

        struct Notification: Encodable {
            var url: String
            var contents: [String]
            var method: String
            var authHeaders: [String]
        }

        let type = "transcription"
        var fetchData: Fetch
        var transcriptionConfig: Transcription
        var tracking: Tracking
        var notificationConfig: [Notification]
    }

    /// The configuration is a part of a form even where the audio is fetched from a link.
    func submit(_ input: TranscriptionInput, secret: Secret, boundary: String) throws -> HTTPRequest {
        let order = Order(
            fetchData: Order.Fetch(url: input.audio.url),
            transcriptionConfig: Order.Transcription(
                language: input.language.map(Self.languageCode) ?? "auto",
                model: settings.model,
                diarization: settings.labelsSpeakers ? "speaker" : nil
            ),
            tracking: Order.Tracking(reference: input.tag),
            notificationConfig: [
                Order.Notification(
                    url: input.taggedCallbackURL,
                    // The id and the state stand in the address; more would come as attachments.
                    contents: ["jobinfo"],
                    method: "post",
                    authHeaders: ["Authorization: Bearer \(secret.reveal())"]
                )
            ]
        )
        var form = MultipartBody(boundary: boundary)
        form.add("config", json: [UInt8](try WireJSON.encode(order)))
        var request = request("POST", "/v2/jobs")
        request.headers.append((name: "content-type", value: form.contentType))
        request.body = form.bytes + form.end
        return request
    }

    /// At once: by itself the API waits for a change.
    func job(_ id: String) -> HTTPRequest { request("GET", "/v2/jobs/\(id)?wait=0") }

    func transcript(_ id: String) -> HTTPRequest {
        request("GET", "/v2/jobs/\(id)/transcript?format=json-v2")
    }

    func list() -> HTTPRequest { request("GET", "/v2/jobs?limit=\(Self.jobsMax)") }

    func delete(_ id: String) -> HTTPRequest { request("DELETE", "/v2/jobs/\(id)?force=true") }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: settings.baseURL + path,
            headers: [(name: "authorization", value: "Bearer \(settings.key.reveal())")]
        )
    }

    /// It has languages, without regions, and its own code for Mandarin.
    static func languageCode(_ tag: String) -> String {
        let primary = LanguageTag.primary(tag)
        return primary == "zh" ? "cmn" : primary
    }
}
