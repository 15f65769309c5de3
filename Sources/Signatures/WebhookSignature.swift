/// Signing and checking after Standard Webhooks 1.0: over `id.timestamp.body`, with `v1` and `v1a`.
package enum WebhookSignature {
    /// A message may carry this many signatures: while secrets rotate it carries several.
    package static let signaturesMax = 16

    /// How far the clocks of sender and receiver may be apart, to either side.
    package static let toleranceSeconds: Int64 = 300

    /// The value `v1,<base64>` for one secret.
    ///
    /// Timestamps are in whole seconds since 1970.
    package static func sign(id: String, timestamp: Int64, body: [UInt8], secret: WebhookSecret) -> String {
        sign(id: id, timestamp: timestamp, body: body, keys: [.secret(secret)])
    }

    /// One value for all `keys`, separated by a space, so that receivers can change over in their own time.
    package static func sign(
        id: String,
        timestamp: Int64,
        body: [UInt8],
        keys: [WebhookSigningKey]
    ) -> String {
        let content = content(id: id, timestamp: String(timestamp), body: body)
        return keys.map { "\($0.scheme.rawValue),\(Base64.encode($0.sign(content)))" }.joined(separator: " ")
    }

    /// Throws unless one of the signatures was made with one of `secrets` over exactly these bytes, not long ago.
    package static func verify(
        _ headers: WebhookHeaders,
        body: [UInt8],
        secrets: [WebhookSecret],
        now: Int64,
        toleranceSeconds: Int64 = toleranceSeconds
    ) throws(SignatureError) {
        try verify(
            headers,
            body: body,
            keys: secrets.map { .secret($0) },
            now: now,
            toleranceSeconds: toleranceSeconds
        )
    }

    /// Throws unless one of the signatures belongs to one of `keys` over exactly these bytes, not long ago.
    ///
    /// A time of exactly the tolerance is still accepted. Unknown versions and malformed signatures are skipped.
    package static func verify(
        _ headers: WebhookHeaders,
        body: [UInt8],
        keys: [WebhookVerifyingKey],
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
        let given = Dictionary(grouping: parts.compactMap(decode), by: \.scheme).mapValues { $0.map(\.bytes) }
        let content = content(id: id, timestamp: timestamp, body: body)
        // Every pair is compared, so the time taken does not tell which key matched.
        var isMatch = false
        for key in keys where key.matches(given[key.scheme] ?? [], content: content) { isMatch = true }
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

    private static func decode(_ part: Substring) -> (scheme: SignatureScheme, bytes: [UInt8])? {
        let halves = part.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let scheme = SignatureScheme(rawValue: String(halves[0])),
            let bytes = Base64.decode(halves[1])
        else { return nil }
        return (scheme, bytes)
    }

    private static func content(id: String, timestamp: String, body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }
}
