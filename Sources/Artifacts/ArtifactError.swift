/// Why a store could not do as asked.
package struct ArtifactError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound = "not_found"
        case tooLarge = "too_large"
        case digestMismatch = "digest_mismatch"
        case rangeOutside = "range_outside"
        case malformed
        case closed
        case ioFailed = "io"
        /// The place is another database's.
        case foreign
    }

    package let code: Code
    private let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// Whether the same call may succeed later.
    package var isRetryable: Bool { code == .ioFailed }

    package var description: String { detail }
}
