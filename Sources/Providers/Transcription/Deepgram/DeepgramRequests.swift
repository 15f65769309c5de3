import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// The requests to Deepgram's API for recorded speech, version 1: all options stand in the query.
struct DeepgramRequests: Sendable {
    /// Of the user name and password in the callback's address.
    static let callbackUser = "reelgate"
    static let requestsMax = 100
    let settings: DeepgramSettings

    private struct Order: Encodable {
        var url: String
    }

    func submit(_ input: TranscriptionInput, secret: Secret) throws -> HTTPRequest {
        var query = [
            ("model", settings.model), ("smart_format", "true"), ("punctuate", "true"),
            input.language.map { ("language", $0) } ?? ("detect_language", "true"),
            ("extra", "task:\(input.tag)"),
        ]
        if settings.labelsSpeakers { query.append(("diarize_model", "latest")) }
        if settings.delivery == .callback {
            query.append(("callback", Self.callback(input.taggedCallbackURL, secret: secret)))
            query.append(("callback_method", "POST"))
        }
        let text = query.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        var request = request("POST", "/v1/listen?\(text)")
        request.headers.append((name: "content-type", value: "application/json"))
        request.body = [UInt8](try WireJSON.encode(Order(url: input.audio.url)))
        if settings.delivery == .answer { request.timeouts = Self.workTimeouts }
        return request
    }

    /// What the project's log says of a request.
    func state(_ id: String, project: String) -> HTTPRequest {
        request("GET", "/v1/projects/\(project)/requests/\(id)")
    }

    func projects() -> HTTPRequest { request("GET", "/v1/projects") }

    /// The newest requests of the project.
    func list(project: String) -> HTTPRequest {
        request("GET", "/v1/projects/\(project)/requests?limit=\(Self.requestsMax)")
    }

    /// Deepgram gives a request ten minutes.
    private static let workTimeouts = TransferTimeouts(
        connectMilliseconds: 5_000,
        totalMilliseconds: 660_000,
        stalledSecondsMax: 660
    )

    /// The address with a name and a password, which Deepgram shows as Basic authentication.
    static func callback(_ url: String, secret: Secret) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let password = PercentEncoding.encode(secret.reveal())
        return "\(url[..<scheme.upperBound])\(callbackUser):\(password)@\(url[scheme.upperBound...])"
    }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            url: settings.baseURL + path,
            headers: [(name: "authorization", value: "Token \(settings.key.reveal())")]
        )
    }
}
