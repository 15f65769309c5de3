import Signatures
import Testing

@Suite struct WebhookSignatureTests {
    @Test(arguments: SignatureVectors.all.signing)
    func `a message is signed as the vector says`(vector: SignatureVectors.Signing) throws {
        let signature = WebhookSignature.sign(
            id: vector.id,
            timestamp: vector.timestamp,
            body: Array(vector.body.utf8),
            keys: try vector.keys.map { try WebhookSigningKey(parsing: $0) }
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
        let keys = try vector.keys.map { try WebhookVerifyingKey(parsing: $0) }

        var reason: String?
        do {
            try WebhookSignature.verify(
                headers,
                body: Array(vector.body.utf8),
                keys: keys,
                now: vector.now,
                toleranceSeconds: vector.toleranceSeconds
            )
        } catch {
            reason = error.code.rawValue
        }

        #expect(vector.verdict == (reason == nil ? "accepted" : "refused"))
        #expect(reason == vector.reason)
    }

    @Test(arguments: SignatureVectors.all.keys)
    func `a key is read as the vector says`(vector: SignatureVectors.Key) throws {
        var reason: String?
        var (keyBytes, publicKey): (Int?, String?)
        do throws(SignatureError) {
            switch vector.use {
            case .sign:
                switch try WebhookSigningKey(parsing: vector.text) {
                case .secret(let secret): keyBytes = Base64.decode(secret.reveal().dropFirst(6))?.count
                case .pair(let pair): publicKey = pair.publicKey.description
                }
            case .verify:
                _ = try WebhookVerifyingKey(parsing: vector.text)
            }
        } catch {
            reason = error.code.rawValue
        }

        #expect(vector.verdict == (reason == nil ? "accepted" : "refused"))
        #expect(reason == vector.reason)
        #expect(publicKey == vector.publicKey)
        #expect(keyBytes == vector.keyBytes)
    }

    @Test(arguments: SignatureVectors.all.inbound)
    func `a message of GitHub is signed as the vector says`(vector: SignatureVectors.Inbound) {
        let code = HMACSHA256.code(of: Array(vector.body.utf8), key: Array(vector.secret.utf8))

        #expect("sha256=" + Hex.encode(code) == vector.signature)
    }

    @Test func `the vectors know the limits and every reason`() {
        let vectors = SignatureVectors.all
        let others: Set<SignatureError.Code> = [.linkExpired, .certificateMalformed, .keyMalformed]

        #expect(vectors.toleranceSeconds == WebhookSignature.toleranceSeconds)
        #expect(vectors.signaturesMax == WebhookSignature.signaturesMax)
        let reasons = Set(SignatureError.Code.allCases).subtracting(others).map(\.rawValue)
        #expect(Set(vectors.reasons.keys) == Set(reasons))
        #expect(
            Set((vectors.verification.map(\.reason) + vectors.keys.map(\.reason)).compactMap(\.self))
                == Set(reasons)
        )
    }

    @Test func `a new pair signs, its public key verifies, and printing it shows neither half`() throws {
        let pair = WebhookKeyPair.generate()
        let value = WebhookSignature.sign(
            id: "msg_1",
            timestamp: 1_700_000_000,
            body: [7],
            keys: [.pair(pair)]
        )
        let headers = WebhookHeaders(id: "msg_1", timestamp: "1700000000", signature: value)

        var dumped = ""
        dump(pair, to: &dumped)
        let again = try WebhookKeyPair(parsing: pair.reveal())

        try WebhookSignature.verify(
            headers,
            body: [7],
            keys: [.publicKey(again.publicKey)],
            now: 1_700_000_000
        )
        #expect(again == pair && pair != .generate())
        #expect(
            !"\(pair) \(String(reflecting: pair)) \(dumped)".contains(pair.reveal().dropFirst(5).prefix(20))
        )
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

    @Test func `a secret is read as the bytes of its key too, within the same bounds`() throws {
        let most = Array(repeating: UInt8(1), count: WebhookSecret.keyBytesMax)
        let least = Array(most.prefix(WebhookSecret.keyBytesMin))
        for key in [most, least] {
            let secret = try WebhookSecret(key: key)
            #expect(try WebhookSecret(parsing: secret.reveal()) == secret)
        }
        let short = #expect(throws: SignatureError.self) { try WebhookSecret(key: Array(least.dropLast())) }
        let long = #expect(throws: SignatureError.self) { try WebhookSecret(key: most + [1]) }
        #expect(short?.code == .secretTooShort && long?.code == .secretTooLong)
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
