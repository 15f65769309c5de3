import Signatures

/// Whether a webhook is genuine, and if not, why.
struct WebhookVerdict: CustomStringConvertible {
    let error: SignatureError?
    let hint: String?

    var isVerified: Bool { error == nil }

    init(
        _ headers: WebhookHeaders,
        body: [UInt8],
        keys: [WebhookVerifyingKey],
        now: Int64,
        toleranceSeconds: Int64
    ) {
        func judge(_ body: [UInt8]) -> SignatureError? {
            do throws(SignatureError) {
                try WebhookSignature.verify(
                    headers,
                    body: body,
                    keys: keys,
                    now: now,
                    toleranceSeconds: toleranceSeconds
                )
                return nil
            } catch {
                return error
            }
        }
        error = judge(body)
        var hint: String?
        if error?.code == .signatureMismatch {
            // What editors and shells do to a body that somebody keeps.
            if body.last == UInt8(ascii: "\n"), judge(body.dropLast()) == nil {
                hint = "it is genuine without the newline at its end"
            } else if body.starts(with: Self.mark), judge(Array(body.dropFirst(Self.mark.count))) == nil {
                hint = "it is genuine without the byte order mark before it"
            }
        }
        self.hint = hint
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    var description: String {
        guard let error else { return "verified" }
        return "not verified: \(error.code.rawValue): \(error)" + (hint.map { "; \($0)" } ?? "")
    }
}
