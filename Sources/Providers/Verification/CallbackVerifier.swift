import Signatures

/// One way in which providers show that a callback comes from them.
///
/// It reads the raw bytes, before anybody parses them, and never tells what it expected.
package protocol CallbackVerifier: Sendable {
    func verify(_ callback: IncomingCallback) async -> CallbackVerdict
}

/// Why a callback is not believed: a phrase for the log, without a secret.
struct CallbackDoubt: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension IncomingCallback {
    /// A header that was signed or is a secret is longer than this only by mistake or by malice.
    static let headerBytesMax = 4_096

    /// The value of a header that has to be there once: of two nobody could say which one counts.
    func single(_ name: String) throws(CallbackDoubt) -> String {
        guard let value = headers[name], !value.isEmpty else {
            throw CallbackDoubt("header '\(name)' is missing")
        }
        guard headers.count(of: name) == 1 else { throw CallbackDoubt("header '\(name)' is repeated") }
        guard value.utf8.count <= Self.headerBytesMax else {
            throw CallbackDoubt("header '\(name)' is too long")
        }
        return value
    }

    /// The id of a message that its provider gives none: the same for the same bytes.
    var digestId: String { "sha256-\(SHA256Digest.hex(body))" }

    /// The same where the query of the address is the sender's word, too: some say there what happened, and send the
    /// same body with it.
    var wholeDigestId: String {
        query.text.isEmpty
            ? digestId : "sha256-\(SHA256Digest.hex(Array("\(query.text)\n".utf8) + body))"
    }
}

extension CallbackVerdict {
    /// Believed with the id that `check` returns, unless it throws a doubt.
    static func judging(
        trust: CallbackTrust,
        _ check: () throws(CallbackDoubt) -> String
    ) -> CallbackVerdict {
        do throws(CallbackDoubt) {
            return .verified(messageId: try check(), trust: trust)
        } catch {
            return .rejected(reason: error.reason)
        }
    }
}

extension CallbackDoubt {
    static let mismatch = CallbackDoubt("signature does not match")

    /// Throws unless a time in whole seconds since 1970 is near to ours.
    static func checkAge(
        of text: some StringProtocol,
        now: Int64,
        toleranceSeconds: Int64
    ) throws(CallbackDoubt) {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, let time = Int64(text) else {
            throw CallbackDoubt("the timestamp is not a whole number of seconds")
        }
        // Both are small and positive.
        guard (now - time).magnitude <= UInt64(toleranceSeconds) else {
            throw CallbackDoubt("the timestamp is more than \(toleranceSeconds) seconds away")
        }
    }
}
