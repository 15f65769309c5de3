extension Problem {
    /// Every documented problem, by the last part of its type URI.
    package enum Slug: String, Sendable, CaseIterable {
        // Requests.
        case malformedRequest = "malformed-request"
        case headersTooLarge = "headers-too-large"
        case malformedBody = "malformed-body"
        case invalidRequest = "invalid-request"
        case unauthorized
        case insufficientScope = "insufficient-scope"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case notAcceptable = "not-acceptable"
        case unsupportedMediaType = "unsupported-media-type"
        case conflict
        case upstreamMissing = "upstream-missing"
        case sourceGone = "source-gone"
        case artifactRemoved = "artifact-removed"
        case payloadExpired = "payload-expired"
        case endpointLimit = "endpoint-limit"
        case unknownEventType = "unknown-event-type"
        case recoverTooFar = "recover-too-far"
        case preconditionFailed = "precondition-failed"
        case idempotencyKeyReused = "idempotency-key-reused"
        case idempotencyKeyInUse = "idempotency-key-in-use"
        case bodyTooLarge = "body-too-large"
        case rangeNotSatisfiable = "range-not-satisfiable"
        case rateLimited = "rate-limited"
        case invalidSignature = "invalid-signature"
        case linkExpired = "link-expired"
        case unknownStyle = "unknown-style"
        case unknownWorkflow = "unknown-workflow"
        case unknownStage = "unknown-stage"
        case unknownProvider = "unknown-provider"
        case unavailable
        case deliveriesBehind = "deliveries-behind"
        case internalError = "internal-error"
        // Sources.
        case sourceNotMedia = "source-not-media"
        case sourceEmpty = "source-empty"
        case sourceTruncated = "source-truncated"
        case sourceNoAudio = "source-no-audio"
        case sourceNoVideo = "source-no-video"
        case sourceNoSpeech = "source-no-speech"
        case sourceUnsupported = "source-unsupported"
        case sourceUnreadable = "source-unreadable"
        case sourceOverLimit = "source-over-limit"
        case sourceTooLong = "source-too-long"
        case sourceTooLarge = "source-too-large"
        case sourceAddressBlocked = "source-address-blocked"
        case sourceUnreachable = "source-unreachable"
        case sourceRedirects = "source-redirects"
        case sourceRefused = "source-refused"
        // Stages and providers.
        case noMoments = "no-moments"
        case momentsInvalid = "moments-invalid"
        case transcriptInvalid = "transcript-invalid"
        case artifactInvalid = "artifact-invalid"
        case artifactMissing = "artifact-missing"
        case providerUnreachable = "provider-unreachable"
        case providerBusy = "provider-busy"
        case providerLimit = "provider-limit"
        case providerRefused = "provider-refused"
        case providerLostTask = "provider-lost-task"
        case deadlineExceeded = "deadline-exceeded"
        case stageFailed = "stage-failed"
        case renderFailed = "render-failed"
        case cancelled
        // Webhook endpoints, as told by the attempts of a delivery.
        case endpointRefused = "endpoint-refused"
        case endpointUnreachable = "endpoint-unreachable"
        case endpointAddressBlocked = "endpoint-address-blocked"
        case endpointMisconfigured = "endpoint-misconfigured"
    }
}

extension Problem.Slug {
    /// HTTP status that goes with the problem; on a record it is advisory.
    package var status: Int {
        switch self {
        case .malformedRequest, .malformedBody: 400
        case .unauthorized, .invalidSignature: 401
        case .insufficientScope, .linkExpired: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .conflict, .upstreamMissing, .sourceGone, .idempotencyKeyInUse, .cancelled, .endpointLimit: 409
        case .artifactRemoved, .payloadExpired: 410
        case .bodyTooLarge, .sourceTooLarge: 413
        case .preconditionFailed: 412
        case .unsupportedMediaType: 415
        case .rangeNotSatisfiable: 416
        case .rateLimited, .providerBusy, .providerLimit: 429
        case .headersTooLarge: 431
        case .internalError, .stageFailed, .renderFailed, .artifactInvalid, .artifactMissing: 500
        case .providerUnreachable, .providerRefused, .providerLostTask, .endpointRefused,
            .endpointUnreachable:
            502
        case .unavailable, .deliveriesBehind: 503
        case .deadlineExceeded: 504
        default: 422
        }
    }

    /// Whether trying the same again can help, where the raiser does not know better.
    package var isRetryable: Bool {
        switch self {
        case .rateLimited, .providerBusy, .unavailable, .deliveriesBehind, .internalError,
            .providerUnreachable,
            .providerLostTask, .deadlineExceeded, .idempotencyKeyInUse, .artifactMissing, .sourceUnreachable,
            .stageFailed, .renderFailed,
            .endpointRefused, .endpointUnreachable:
            true
        default: false
        }
    }

    /// One phrase, constant for the type.
    package var title: String {
        switch self {
        case .malformedRequest: "The request is not valid HTTP"
        case .headersTooLarge: "The headers are too large"
        case .malformedBody: "The body cannot be read"
        case .invalidRequest: "The request is not valid"
        case .unauthorized: "A valid API key is needed"
        case .insufficientScope: "The API key lacks a scope"
        case .notFound: "No such object"
        case .methodNotAllowed: "The method is not allowed here"
        case .notAcceptable: "No acceptable representation"
        case .unsupportedMediaType: "The media type is not supported"
        case .conflict: "The object's state does not allow this"
        case .upstreamMissing: "What a rerun would attach is not there"
        case .sourceGone: "The source is not there any more"
        case .artifactRemoved: "The artifact is not kept any more"
        case .payloadExpired: "The message's payload is not kept any more"
        case .endpointLimit: "There are as many webhook endpoints as there may be"
        case .unknownEventType: "No such event type"
        case .recoverTooFar: "Failed messages are not recovered from so long ago"
        case .preconditionFailed: "The object is not the one that was asked for"
        case .idempotencyKeyReused: "The idempotency key was used for another request"
        case .idempotencyKeyInUse: "A request with this idempotency key is still running"
        case .bodyTooLarge: "The body is too large"
        case .rangeNotSatisfiable: "The range lies outside of the content"
        case .rateLimited: "Too many requests"
        case .invalidSignature: "The signature does not verify"
        case .linkExpired: "The link has expired or is not genuine"
        case .unknownStyle: "No such style"
        case .unknownWorkflow: "No such workflow"
        case .unknownStage: "No such stage"
        case .unknownProvider: "No such provider"
        case .unavailable: "The service is not available now"
        case .deliveriesBehind: "Too many webhook deliveries are due"
        case .internalError: "Something went wrong on our side"
        case .sourceNotMedia: "The source is not a media file"
        case .sourceEmpty: "The source is empty"
        case .sourceTruncated: "The source is cut off"
        case .sourceNoAudio: "The source has no audio"
        case .sourceNoVideo: "The source has no video"
        case .sourceNoSpeech: "The source has no speech"
        case .sourceUnsupported: "The source's format is not supported"
        case .sourceUnreadable: "The source cannot be decoded"
        case .sourceOverLimit: "The source asks for more than it may"
        case .sourceTooLong: "The source is too long"
        case .sourceTooLarge: "The source is too large"
        case .sourceAddressBlocked: "The source's address is not allowed"
        case .sourceUnreachable: "The source cannot be reached"
        case .sourceRedirects: "The source's URL redirects"
        case .sourceRefused: "The source's server refused"
        case .noMoments: "No moment is good enough for a short"
        case .momentsInvalid: "The moments do not fit the source"
        case .transcriptInvalid: "The transcript does not fit the source"
        case .artifactInvalid: "An artifact breaks its contract"
        case .artifactMissing: "An artifact is missing"
        case .providerUnreachable: "The provider cannot be reached"
        case .providerBusy: "The provider is busy"
        case .providerLimit: "The provider has had as much as it may be given"
        case .providerRefused: "The provider refused the task"
        case .providerLostTask: "The provider does not know the task any more"
        case .deadlineExceeded: "The task took too long"
        case .stageFailed: "The stage failed"
        case .renderFailed: "The short could not be rendered"
        case .cancelled: "The run was cancelled"
        case .endpointRefused: "The webhook endpoint did not accept the message"
        case .endpointUnreachable: "The webhook endpoint cannot be reached"
        case .endpointAddressBlocked: "The webhook endpoint's address is not allowed"
        case .endpointMisconfigured: "The webhook endpoint's secret or URL cannot be used"
        }
    }
}
