import Contracts
import Logging
import Media
import OutboundHTTP

/// Makes a problem document of whatever a handler threw.
enum ProblemMapping {
    static func problem(for error: any Error, logger: Logger) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as MediaError: return problem(for: error)
        case let error as TransferError:
            return Problem(.stageFailed, detail: error.description, retryable: error.isRetryable)
        default:
            // The words of an unknown error may name paths, so they stay in the log.
            logger.error("a task failed in an unknown way", metadata: ["error": "\(error)"])
            return Problem(.internalError, detail: "the worker failed; its log has the cause")
        }
    }

    static func problem(for error: MediaError) -> Problem {
        Problem(slug(error.code), detail: error.detail, retryable: error.isRetryable)
    }

    private static func slug(_ code: MediaError.Code) -> Problem.Slug {
        switch code {
        case .notMedia: .sourceNotMedia
        case .empty: .sourceEmpty
        case .truncated: .sourceTruncated
        case .noVideo: .sourceNoVideo
        case .noAudio: .sourceNoAudio
        case .unsupported: .sourceUnsupported
        case .decodeFailed: .sourceUnreadable
        case .tooLong: .sourceTooLong
        case .limitExceeded: .sourceOverLimit
        case .cancelled: .cancelled
        case .io, .outOfMemory, .encodeFailed, .invalidRequest: .stageFailed
        }
    }
}
