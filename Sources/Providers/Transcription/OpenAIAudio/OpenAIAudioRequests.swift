import Contracts
import OutboundHTTP
import Signatures

/// The requests to OpenAI's API for audio.
struct OpenAIAudioRequests: Sendable {
    /// The service begins its answer when all is heard.
    static let timeouts = TransferTimeouts(
        connectMilliseconds: 10_000,
        totalMilliseconds: 900_000,
        stalledSecondsMax: 600,
        speedBytesPerSecondMin: 1
    )
    let settings: OpenAIAudioSettings

    /// The parts of the form up to the file's own bytes.
    func form(language: String?, boundary: String) -> MultipartBody {
        var form = MultipartBody(boundary: boundary)
        form.add("model", settings.model)
        form.add("response_format", settings.form.rawValue)
        switch settings.form {
        case .words:
            form.add("timestamp_granularities[]", "word")
            form.add("timestamp_granularities[]", "segment")
        case .passages: form.add("chunking_strategy", "auto")
        case .text: break
        }
        if let language { form.add("language", LanguageTag.primary(language)) }
        form.beginFile("file", fileName: "audio.wav", type: "audio/wav")
        return form
    }

    func transcription(contentType: String) -> HTTPRequest {
        HTTPRequest(
            method: "POST",
            url: "\(settings.baseURL)/audio/transcriptions",
            headers: [
                (name: "authorization", value: "Bearer \(settings.key.reveal())"),
                (name: "content-type", value: contentType),
            ],
            timeouts: Self.timeouts
        )
    }

    func models() -> HTTPRequest {
        HTTPRequest(
            url: "\(settings.baseURL)/models",
            headers: [(name: "authorization", value: "Bearer \(settings.key.reveal())")]
        )
    }

    /// A part of the audio, from the gateway's own link.
    static func audio(_ url: String, bytes: Range<Int64>) -> HTTPRequest {
        HTTPRequest(
            url: url,
            headers: [(name: "range", value: "bytes=\(bytes.lowerBound)-\(bytes.upperBound - 1)")]
        )
    }
}
