import Signatures
import Testing

@Suite struct WebhookSignatureTests {
    @Test(arguments: SignatureVectors.all.signing)
    func `a message is signed as the vector says`(vector: SignatureVectors.Signing) throws {
        let secret = try WebhookSecret(parsing: vector.secret)

        let signature = WebhookSignature.sign(
            id: vector.id,
            timestamp: vector.timestamp,
            body: Array(vector.body.utf8),
            secret: secret
        )

        #expect(signature == vector.signature)
    }

    @Test(arguments: SignatureVectors.all.verification)
    func `a message is judged as the vector says`(vector: SignatureVectors.Verification) throws {
        let headers = WebhookHeaders(
            id: vector.headers["webhook-id"],
            timestamp: vector.headers["webhook-timestamp"],
            signature: vector.headers["webhook-signature"]
        )
        let secrets = try vector.secrets.map { try WebhookSecret(parsing: $0) }

        var reason: String?
        do {
            try WebhookSignature.verify(
                headers,
                body: Array(vector.body.utf8),
                secrets: secrets,
                now: vector.now
            )
        } catch {
            reason = error.code.rawValue
        }

        #expect(vector.verdict == (reason == nil ? "accepted" : "refused"))
        #expect(reason == vector.reason)
    }

    @Test(arguments: SignatureVectors.all.secrets)
    func `a secret is read as the vector says`(vector: SignatureVectors.Secret) throws {
        var reason: String?
        var keyBytes: Int?
        do {
            let revealed = try WebhookSecret(parsing: vector.text).reveal()
            keyBytes = Base64.decode(revealed.dropFirst(6))?.count
        } catch {
            reason = error.code.rawValue
        }

        #expect(reason == vector.reason)
        #expect(keyBytes == vector.keyBytes)
    }

    @Test func `every secret in rotation signs once`() throws {
        let old = WebhookSecret.generate(keyBytes: 24)
        let new = WebhookSecret.generate()

        let value = WebhookSignature.sign(
            id: "msg_1",
            timestamp: 1_700_000_000,
            body: [1, 2],
            keys: [.secret(new), .secret(old)]
        )

        for secret in [old, new] {
            let headers = WebhookHeaders(id: "msg_1", timestamp: "1700000000", signature: value)
            try WebhookSignature.verify(headers, body: [1, 2], secrets: [secret], now: 1_700_000_000)
        }
    }

    @Test func `a header of 5000 bytes is refused`() {
        let headers = WebhookHeaders(
            id: "msg_1",
            timestamp: "1700000000",
            signature: String(repeating: "v", count: 5000)
        )

        #expect(throws: SignatureError.self) {
            try WebhookSignature.verify(headers, body: [], secrets: [.generate()], now: 1_700_000_000)
        }
    }

    @Test func `a printed secret shows no key`() {
        let secret = WebhookSecret.generate()
        let text = secret.reveal().dropFirst(6)

        var dumped = ""
        dump(secret, to: &dumped)

        #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains(text))
        #expect(secret.reveal() != WebhookSecret.generate().reveal())
    }
}
