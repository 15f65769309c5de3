/// Why speech could not be recognised.
package struct SpeechError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The Python environment or the model is missing or does not load; the same on every try.
        case engineUnavailable
        /// The audio is not 16 kHz mono with 16 bits, or it cannot be read.
        case audioInvalid
        /// The model does not know the language that was given.
        case languageUnsupported
        /// The engine died, or broke off with an error, twice on the same piece.
        case engineFailed
        /// The engine was still at work when its time was over, twice on the same piece.
        case timedOut
        /// The recogniser was stopped.
        case stopped
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Whether the same work may succeed at another time.
    package var isRetryable: Bool {
        switch code {
        case .engineFailed, .timedOut, .stopped: true
        case .engineUnavailable, .audioInvalid, .languageUnsupported: false
        }
    }
}
