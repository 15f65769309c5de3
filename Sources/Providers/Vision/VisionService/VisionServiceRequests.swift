import Contracts
import OutboundHTTP
import Signatures

/// The requests to a vision service: `contracts/vision-request.schema.json`.
struct VisionServiceRequests: Sendable {
    /// A request, with the id that it is signed under.
    struct Named: Sendable {
        var id: String
        var http: HTTPRequest
    }

    let settings: VisionServiceSettings

    func submit(_ input: VisionInput) throws -> Named {
        let order = VisionRequest(
            attemptId: input.name,
            sampleFps: settings.sampleFps,
            deadline: input.deadline,
            clips: input.clips.map { clip in
                VisionRequest.Clip(
                    clip: clip.media.clip,
                    mediaUrl: clip.file.url,
                    sha256: clip.file.sha256,
                    sizeBytes: clip.file.sizeBytes,
                    rangeMs: [clip.media.leadMs, clip.media.leadMs + clip.media.durationMs],
                    width: clip.media.width,
                    height: clip.media.height
                )
            },
            callback: VisionRequest.Callback(url: input.callbackURL, keyId: settings.callbackKeyId)
        )
        return Named(
            id: input.name,
            http: HTTPRequest(
                method: "POST",
                url: "\(settings.baseURL)/v1/analyses",
                headers: [
                    (name: "content-type", value: "application/json"),
                    (name: "idempotency-key", value: input.name),
                ],
                body: [UInt8](try WireJSON.encode(order))
            )
        )
    }

    func analysis(_ id: String) -> Named { about(id, "GET") }

    func cancel(_ id: String) -> Named { about(id, "DELETE") }

    /// What is signed does not hold the method, so the id does: one that was seen is good for nothing else.
    private func about(_ id: String, _ method: String) -> Named {
        Named(
            id: "\(method.lowercased())-\(id)",
            http: HTTPRequest(method: method, url: "\(settings.baseURL)/v1/analyses/\(id)")
        )
    }
}

extension VisionServiceRequests.Named {
    func signed(with key: WebhookSigningKey, now: Int64) -> HTTPRequest {
        var request = http
        let signature = WebhookSignature.sign(id: id, timestamp: now, body: http.body ?? [], keys: [key])
        request.headers += [
            (name: WebhookHeaders.idName, value: id),
            (name: WebhookHeaders.timestampName, value: String(now)),
            (name: WebhookHeaders.signatureName, value: signature),
        ]
        return request
    }

    func bearing(_ token: Secret) -> HTTPRequest {
        var request = http
        request.headers.append((name: "authorization", value: "Bearer \(token.reveal())"))
        return request
    }
}
