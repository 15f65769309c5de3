import Contracts
import Signatures
import Store

/// Reads the keys of an endpoint out of request bodies.
enum RotationRequestReader {
    static let overlapRange = 0...7 * 24 * 3600
    static let overlapSecondsDefault = 24 * 3600

    /// The body of `POST /v1/webhook-endpoints/{id}/rotate-secret`.
    static func read(_ value: JSONValue, findings: inout Findings) -> KeyRotation? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        let scheme = readScheme(&body, findings: &findings)
        let overlap =
            body.integer("overlap_seconds", in: overlapRange, findings: &findings) ?? overlapSecondsDefault
        let key = scheme.flatMap { readKey(&body, scheme: $0, findings: &findings) }
        body.finish(findings: &findings)
        return key.map { KeyRotation(key: $0, overlapSeconds: overlap) }
    }

    /// A symmetric secret that the client gives, as it is kept.
    static func readSecret(_ body: inout ObjectReader, findings: inout Findings) -> String? {
        guard let text = body.string("secret", findings: &findings) else { return nil }
        do throws(SignatureError) {
            return try WebhookSecret(parsing: text).reveal()
        } catch {
            findings.add("/secret", "\(error); \(secretAdvice)")
            return nil
        }
    }

    /// Whether `signatures` asks for Ed25519 beside the secret; nil when it is left out.
    static func readSignatures(_ body: inout ObjectReader, findings: inout Findings) -> PairChange? {
        if body.isNull("signatures") { return .remove }
        guard let elements = body.array("signatures", countMax: 10, findings: &findings) else { return nil }
        var schemes: Set<WebhookScheme> = []
        for (pointer, value) in elements {
            guard let text = ObjectReader.string(value, at: pointer, lengthMax: 20, findings: &findings)
            else {
                continue
            }
            guard let scheme = WebhookScheme(rawValue: text) else {
                findings.add(pointer, "is not a kind of signature; there are v1 and v1a")
                continue
            }
            schemes.insert(scheme)
        }
        if !schemes.contains(.v1) {
            findings.add("/signatures", "must contain v1: every message has it, v1a only comes beside it")
        }
        guard schemes.contains(.v1a) else { return .remove }
        return .add(NewKeyPair(.generate()))
    }

    static let secretAdvice =
        "a good one is 'whsec_' and 24 to 64 random bytes in base64, as `openssl rand -base64 32` gives; "
        + "leave it out and one is made"
    private static let pairAdvice =
        "a good one is 'whsk_' and the base64 of 64 bytes, the seed and its public key; leave it out and one is made"

    private static func readScheme(
        _ body: inout ObjectReader,
        findings: inout Findings
    ) -> WebhookScheme? {
        guard let text = body.string("scheme", findings: &findings) else { return .v1 }
        guard let scheme = WebhookScheme(rawValue: text) else {
            findings.add("/scheme", "must be v1, for the secret, or v1a, for the Ed25519 key")
            return nil
        }
        return scheme
    }

    private static func readKey(
        _ body: inout ObjectReader,
        scheme: WebhookScheme,
        findings: inout Findings
    ) -> KeyRotation.Key? {
        switch scheme {
        case .v1:
            if body.value("secret") == nil { return .secret(WebhookSecret.generate().reveal()) }
            return readSecret(&body, findings: &findings).map { .secret($0) }
        case .v1a:
            guard body.value("secret") != nil else { return .pair(NewKeyPair(.generate())) }
            guard let text = body.string("secret", findings: &findings) else { return nil }
            do throws(SignatureError) {
                return .pair(NewKeyPair(try WebhookKeyPair(parsing: text)))
            } catch {
                findings.add("/secret", "\(error); \(pairAdvice)")
                return nil
            }
        }
    }
}

extension NewKeyPair {
    init(_ pair: WebhookKeyPair) {
        self.init(secret: pair.reveal(), publicKey: pair.publicKey.description)
    }
}
