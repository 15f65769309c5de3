import FoundationEssentials

/// AWS Signature Version 4: signs requests to one service in one region.
///
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>.
package struct AWSSigner: Sendable {
    /// The longest that a signed link may work.
    package static let linkSecondsMax = 7 * 86_400

    private static let algorithm = "AWS4-HMAC-SHA256"

    let credentials: AWSCredentials
    package let region: String

    /// `s3`, `transcribe`, `lambda`...
    package let service: String

    package init(credentials: AWSCredentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    private var isS3: Bool { service == "s3" }

    /// The headers to send with `request`: its own and those that sign it.
    ///
    /// `now` is in whole seconds since 1970; the service takes it when it is at most a quarter of an hour off.
    package func headers(for request: AWSRequest, now: Int64) -> [(name: String, value: String)] {
        let moment = Self.timestamp(now)
        var signed = request
        signed.headers.append(("x-amz-date", moment))
        if isS3 || request.payload == .unsigned {
            signed.headers.append(("x-amz-content-sha256", request.payload.text))
        }
        if let token = credentials.sessionToken { signed.headers.append(("x-amz-security-token", token)) }
        let canonical = CanonicalRequest(signed, isPathFixed: isS3)
        let value = """
            \(Self.algorithm) Credential=\(credentials.accessKeyId)/\(scope(moment)), \
            SignedHeaders=\(canonical.signedHeaders), Signature=\(signature(canonical, moment))
            """
        return signed.headers + [("authorization", value)]
    }

    /// A URL that does what `request` says, for whoever has it, until `lifetimeSeconds` after `now`.
    ///
    /// Headers of the request are signed, and must then be sent.
    package func link(to request: AWSRequest, now: Int64, lifetimeSeconds: Int) -> String {
        let moment = Self.timestamp(now)
        var signed = request
        signed.payload = isS3 ? .unsigned : request.payload
        let names = CanonicalRequest(signed, isPathFixed: isS3).signedHeaders
        signed.query += [
            ("X-Amz-Algorithm", Self.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyId)/\(scope(moment))"),
            ("X-Amz-Date", moment),
            ("X-Amz-Expires", String(min(max(1, lifetimeSeconds), Self.linkSecondsMax))),
            ("X-Amz-SignedHeaders", names),
        ]
        if let token = credentials.sessionToken { signed.query.append(("X-Amz-Security-Token", token)) }
        let signature = signature(CanonicalRequest(signed, isPathFixed: isS3), moment)
        signed.query.append(("X-Amz-Signature", signature))
        return signed.url
    }

    func textToSign(_ canonical: CanonicalRequest, _ moment: String) -> String {
        [Self.algorithm, moment, scope(moment), SHA256Digest.hex(Array(canonical.text.utf8))]
            .joined(separator: "\n")
    }

    private func scope(_ moment: String) -> String {
        "\(moment.prefix(8))/\(region)/\(service)/aws4_request"
    }

    private func signature(_ canonical: CanonicalRequest, _ moment: String) -> String {
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [String(moment.prefix(8)), region, service, "aws4_request"] {
            key = HMACSHA256.code(of: Array(part.utf8), key: key)
        }
        return Hex.encode(HMACSHA256.code(of: Array(textToSign(canonical, moment).utf8), key: key))
    }

    /// `20150830T123600Z`.
    static func timestamp(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(
            Date.ISO8601FormatStyle(
                dateSeparator: .omitted,
                dateTimeSeparator: .standard,
                timeSeparator: .omitted,
                timeZone: .gmt
            )
        )
    }
}
