/// Why a media file could not be read or made, for people and for programs.
package struct MediaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: String, Sendable, CaseIterable {
        case notMedia
        case empty
        case truncated
        case noVideo
        case noAudio
        case unsupported
        case decodeFailed
        /// It lasts longer than is taken.
        case tooLong
        /// Its pictures, their size or its streams are more than is taken.
        case limitExceeded
        case outOfMemory
        case cancelled
        case io
        case encodeFailed
        case invalidRequest
    }

    package let code: Code
    /// One lower-case sentence that names the cause and holds no path.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { "\(problemType): \(detail)" }

    /// The stable slug of the problem document.
    package var problemType: String {
        switch code {
        case .notMedia: "source-not-media"
        case .empty: "source-empty"
        case .truncated: "source-truncated"
        case .noVideo: "source-no-video"
        case .noAudio: "source-no-audio"
        case .unsupported: "source-unsupported"
        case .decodeFailed: "source-unreadable"
        case .tooLong: "source-too-long"
        case .limitExceeded: "source-over-limit"
        case .outOfMemory: "media-out-of-memory"
        case .cancelled: "media-cancelled"
        case .io: "media-io"
        case .encodeFailed: "media-encode-failed"
        case .invalidRequest: "media-invalid-request"
        }
    }

    /// Whether the same call may succeed later: the fault lies with the machine and not with the file.
    package var isRetryable: Bool { [.io, .cancelled, .outOfMemory].contains(code) }
}
