import Contracts
import Signatures

/// Callbacks of Remotion: signed over the body alone, so that what the headers say has to be in the body, too.
struct RemotionVerifier: Sendable {
    private static let signatureHeader = "x-remotion-signature"
    private static let prefix = "sha512="

    func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        guard let key = callback.secret?.reveal(), !key.isEmpty else {
            return .rejected(reason: "nobody was given a secret for this address")
        }
        // Without a secret of its own a render writes `NO_SECRET_PROVIDED`.
        guard let given = callback.headers[Self.signatureHeader], given.hasPrefix(Self.prefix),
            let code = Hex.decode(given.dropFirst(Self.prefix.count))
        else {
            return .rejected(
                reason: "header '\(Self.signatureHeader)' is not '\(Self.prefix)' and hexadecimal"
            )
        }
        let expected = HMACCode.make(of: callback.body, key: Array(key.utf8), using: .sha512)
        guard ConstantTime.equals(code, expected) else {
            return .rejected(reason: "signature does not match")
        }
        // The words of a demonstration are not signed either; nothing of ours asks for one.
        guard callback.headers["x-remotion-mode"] == "production" else {
            return .rejected(reason: "it is a demonstration")
        }
        guard let told = RemotionAnswers.callback(callback.body) else {
            return .rejected(reason: "it names no render")
        }
        guard callback.headers["x-remotion-status"] == told.type else {
            return .rejected(reason: "its header and its body tell different ends")
        }
        return .verified(messageId: "sha256-\(SHA256Digest.hex(callback.body))", trust: .signed)
    }
}
