import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// The requests to Amazon Transcribe, in its JSON protocol, each signed.
struct AWSTranscribeRequests: Sendable {
    let settings: AWSTranscribeSettings

    /// Its names are those of the API.
    private struct Order: Encodable {
        enum CodingKeys: String, CodingKey {
            case name = "TranscriptionJobName"
            case media = "Media"
            case language = "LanguageCode"
            case identifiesLanguage = "IdentifyLanguage"
            case bucket = "OutputBucketName"
            case key = "OutputKey"
            case settings = "Settings"
            case execution = "JobExecutionSettings"
        }

        struct Media: Encodable {
            enum CodingKeys: String, CodingKey {
                case uri = "MediaFileUri"
            }

            var uri: String
        }

        struct Speakers: Encodable {
            enum CodingKeys: String, CodingKey {
                case isShown = "ShowSpeakerLabels"
                case max = "MaxSpeakerLabels"
            }

            var isShown = true
            var max: Int
        }

        struct Execution: Encodable {
            enum CodingKeys: String, CodingKey {
                case mayWait = "AllowDeferredExecution"
                case role = "DataAccessRoleArn"
            }

            var mayWait = true
            var role: String
        }

        var name: String
        var media: Media
        var language: String?
        var identifiesLanguage: Bool?
        var bucket: String?
        var key: String?
        var settings: Speakers?
        var execution: Execution?
    }

    private struct Named: Encodable {
        enum CodingKeys: String, CodingKey {
            case name = "TranscriptionJobName"
        }

        var name: String
    }

    /// The name is ours, and there is only one job of a name: so a job that is ordered twice is there once.
    static func jobName(taskId: String, attempt: Int) -> String { "reelgate-\(taskId)-\(attempt)" }

    func start(_ name: String, media: S3Object, language: String?, now: Int64) throws -> HTTPRequest {
        let order = Order(
            name: name,
            media: Order.Media(uri: media.uri),
            language: language.map(AWSLanguages.code),
            identifiesLanguage: language == nil ? true : nil,
            bucket: settings.outputBucket,
            key: settings.outputBucket.map { _ in "\(settings.outputPrefix)\(name).json" },
            settings: settings.speakersMax.map { Order.Speakers(max: $0) },
            execution: settings.dataAccessRole.map { Order.Execution(role: $0) }
        )
        return try request("StartTranscriptionJob", order, now: now)
    }

    func job(_ name: String, now: Int64) throws -> HTTPRequest {
        try request("GetTranscriptionJob", Named(name: name), now: now)
    }

    func delete(_ name: String, now: Int64) throws -> HTTPRequest {
        try request("DeleteTranscriptionJob", Named(name: name), now: now)
    }

    /// A transcript: by a link that is signed already, or out of our own bucket; nil where the address is neither.
    func transcript(_ uri: String, now: Int64) -> HTTPRequest? {
        guard let parts = URLComponents(string: uri), let host = parts.host, let scheme = parts.scheme else {
            return nil
        }
        let place = parts.port.map { "\(host):\($0)" } ?? host
        let isAWS = scheme == "https" && parts.port == nil && AWSHost.isAWS(host.lowercased())
        guard isAWS || settings.endpoint == "\(scheme)://\(place)" else { return nil }
        let names = (parts.queryItems ?? []).map { $0.name.lowercased() }
        if names.contains("x-amz-signature") || names.contains("signature") { return HTTPRequest(url: uri) }
        let asked = AWSRequest(scheme: scheme, host: place, path: parts.path)
        let signer = AWSSigner(credentials: settings.credentials, region: settings.region, service: "s3")
        return HTTPRequest(url: asked.url, headers: signer.headers(for: asked, now: now))
    }

    private func request(_ operation: String, _ content: some Encodable, now: Int64) throws -> HTTPRequest {
        let service = AWSJSONService(
            credentials: settings.credentials,
            region: settings.region,
            name: "transcribe",
            target: "Transcribe",
            endpoint: settings.endpoint
        )
        return try service.request(operation, content, now: now)
    }
}
