/// Why a signature or a secret was refused.
///
/// It never holds a secret, a signature or a body, so it is safe to log.
package struct SignatureError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case secretMalformed = "secret_malformed"
        case secretTooShort = "secret_too_short"
        case secretTooLong = "secret_too_long"
        case keyMismatch = "key_mismatch"
        case headerMissing = "header_missing"
        case headerMalformed = "header_malformed"
        case timestampMalformed = "timestamp_malformed"
        case timestampTooOld = "timestamp_too_old"
        case timestampTooNew = "timestamp_too_new"
        case signaturesTooMany = "signatures_too_many"
        case signatureMismatch = "signature_mismatch"
        case linkExpired = "link_expired"
        case certificateMalformed = "certificate_malformed"
        case keyMalformed = "key_malformed"
    }

    package let code: Code
    private let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { detail }
}
