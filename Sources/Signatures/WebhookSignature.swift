/// Signing and checking after Standard Webhooks 1.0: an HMAC-SHA256 over `id.timestamp.body`, version `v1`.
package enum WebhookSignature {
    /// A message may carry this many signatures: while secrets rotate it carries several.
    package static let signaturesMax = 16

    /// How far the clocks of sender and receiver may be apart, to either side.
    package static let toleranceSeconds: Int64 = 300

    private static let version = "v1"

    /// The value `v1,<base64>` for one secret.
    ///
    /// Timestamps are in whole seconds since 1970.
    package static func sign(id: String, timestamp: Int64, body: [UInt8], secret: WebhookSecret) -> String {
        "\(version),\(Base64.encode(code(id: id, timestamp: String(timestamp), body: body, secret: secret)))"
    }

    /// One value for all `secrets`, separated by a space, so that receivers can change over in their own time.
    package static func sign(id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret]) -> String
    {
        secrets.map { sign(id: id, timestamp: timestamp, body: body, secret: $0) }.joined(separator: " ")
    }

    /// Throws unless one of the signatures was made with one of `secrets` over exactly these bytes, not long ago.
    ///
    /// A time of exactly the tolerance is still accepted. Unknown versions and malformed signatures are skipped.
    package static func verify(
        _ headers: WebhookHeaders,
        body: [UInt8],
        secrets: [WebhookSecret],
        now: Int64,
        toleranceSeconds: Int64 = toleranceSeconds
    ) throws(SignatureError) {
        let id = try value(headers.id, named: WebhookHeaders.idName)
        let timestamp = try value(headers.timestamp, named: WebhookHeaders.timestampName)
        let signature = try value(headers.signature, named: WebhookHeaders.signatureName)
        guard !id.contains(".") else {
            throw SignatureError(.headerMalformed, "header '\(WebhookHeaders.idName)' contains a full stop")
        }
        try checkAge(of: timestamp, now: now, toleranceSeconds: toleranceSeconds)

        let parts = signature.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count <= signaturesMax else {
            throw SignatureError(.signaturesTooMany, "more than \(signaturesMax) signatures")
        }
        let given = parts.compactMap(decode)
        // Every pair is compared, so the time taken does not tell which secret matched.
        var isMatch = false
        for secret in secrets {
            let expected = code(id: id, timestamp: timestamp, body: body, secret: secret)
            for signature in given where ConstantTime.equals(signature, expected) { isMatch = true }
        }
        guard isMatch else { throw SignatureError(.signatureMismatch, "no signature matches") }
    }

    private static func value(_ header: String?, named name: String) throws(SignatureError) -> String {
        guard let header, !header.isEmpty else {
            throw SignatureError(.headerMissing, "header '\(name)' is missing")
        }
        guard header.utf8.count <= WebhookHeaders.valueBytesMax else {
            throw SignatureError(.headerMalformed, "header '\(name)' is too long")
        }
        return header
    }

    private static func checkAge(
        of text: String,
        now: Int64,
        toleranceSeconds: Int64
    ) throws(SignatureError) {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, let timestamp = Int64(text) else {
            throw SignatureError(.timestampMalformed, "the timestamp is not a whole number of seconds")
        }
        let (age, isOverflow) = now.subtractingReportingOverflow(timestamp)
        guard !isOverflow, age <= toleranceSeconds else {
            throw SignatureError(.timestampTooOld, "the timestamp is older than \(toleranceSeconds) s")
        }
        guard age >= -toleranceSeconds else {
            throw SignatureError(.timestampTooNew, "the timestamp is more than \(toleranceSeconds) s ahead")
        }
    }

    private static func decode(_ part: Substring) -> [UInt8]? {
        let halves = part.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0] == version else { return nil }
        return Base64.decode(halves[1])
    }

    private static func code(id: String, timestamp: String, body: [UInt8], secret: WebhookSecret) -> [UInt8] {
        HMACSHA256.code(of: Array("\(id).\(timestamp).".utf8) + body, key: secret.key)
    }
}
