import Foundation
import Signatures
import Testing

@testable import Providers

/// The vectors of other people's code: what each scheme gives for one body, and all that must not pass for it.
@Suite struct GoldenVectorTests {
    /// One scheme with a callback that it believes.
    struct Scheme: Sendable, CustomTestStringConvertible {
        var name: String
        var verifier: any CallbackVerifier
        var headers: [(name: String, value: String)]
        /// The header or the field that holds the signature.
        var signature: String
        var body = GoldenVectorTests.body
        var secret: Secret?
        /// A header with a time, where it is checked.
        var time: String?
        var trust = CallbackTrust.signed
        var testDescription: String { name }

        func callback(
            _ change: (String) -> String = { $0 },
            body: [UInt8]? = nil,
            more: [(name: String, value: String)] = []
        ) -> IncomingCallback {
            IncomingCallback(
                headers: CallbackHeaders(
                    headers.map { ($0.name, $0.name == signature ? change($0.value) : $0.value) } + more
                ),
                body: body ?? self.body,
                secret: secret
            )
        }
    }

    static let body = Array(#"{"type":"success","renderId":"r1"}"#.utf8)
    static let time = Date(timeIntervalSince1970: 1_700_000_000)
    private static let now: @Sendable () -> Date = { time }
    private static let remotionCode = """
        sha512=8b518d1e9f440e45a02cdd6a32ec6d0e54910b08d58707177d2a0e87fa863480054527bb8165510080dcaaab6da2071f76f\
        b2688e5440eefa855dd7be6481647
        """
    private static let opusHeaders = [
        (name: "X-Opus-Salt", value: "a1b2c3d4"), (name: "X-Opus-Timestamp", value: "1"),
        (
            name: "X-Opus-Signature",
            value: "0259d0bb90b68a8acfbc567a287184b05b2ff9402cc29a379344551d142b50bf"
        ),
    ]
    private static let standardHeaders = [
        (name: "Webhook-Id", value: "msg_1"), (name: "webhook-timestamp", value: "1700000000"),
        (name: "webhook-signature", value: "v1,Z47ge+LSYAcD8kOPS0aVdYqG7PgBl9MM0vIu9zywE7M="),
    ]
    private static let digestHeaders = [
        (name: "X-Cld-Timestamp", value: "1700000000"),
        (name: "X-Cld-Signature", value: "40229509a8b138a5c0a35e76d17cebeec3f7e839"),
    ]

    private static func standardKey() -> WebhookVerifyingKey {
        do {
            return try StandardWebhooksVerifier.key(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        } catch {
            fatalError("\(error)")
        }
    }

    /// `t=...,v1=...` by the definition: no code of Mux's was at hand.
    private static let timedHeaders = [
        (
            name: "Mux-Signature",
            value: "t=1700000000,v1="
                + Hex.encode(HMACSHA256.code(of: Array("1700000000.".utf8) + body, key: Array("sekrit".utf8)))
        )
    ]

    static let schemes: [Scheme] = [
        Scheme(
            name: "Remotion",
            verifier: BodyCodeVerifier.remotion(),
            headers: [("X-Remotion-Signature", remotionCode)],
            signature: "X-Remotion-Signature",
            secret: Secret("sekrit")
        ),
        Scheme(
            name: "SHA-256 of the body",
            verifier: BodyCodeVerifier(
                header: "x-signature",
                prefix: "sha256=",
                algorithm: .sha256,
                shared: Secret("sekrit")
            ),
            headers: [
                ("X-Signature", "sha256=6d0d73030bf67cd3ade6e6c139fbec2876e5038a42974ad8e324aad9054cf3a1")
            ],
            signature: "X-Signature"
        ),
        Scheme(
            name: "OpusClip",
            verifier: SaltedBodyVerifier(key: Secret("sk-test")),
            headers: opusHeaders,
            signature: "X-Opus-Signature"
        ),
        Scheme(
            name: "Standard Webhooks",
            verifier: StandardWebhooksVerifier(keys: [standardKey()], now: now),
            headers: standardHeaders,
            signature: "webhook-signature",
            time: "webhook-timestamp"
        ),
        Scheme(
            name: "Mux",
            verifier: TimedHeaderVerifier(key: Secret("sekrit"), now: now),
            headers: timedHeaders,
            signature: "Mux-Signature"
        ),
        Scheme(
            name: "Cloudinary",
            verifier: SecretDigestVerifier(key: Secret("apisecret"), now: now),
            headers: digestHeaders,
            signature: "X-Cld-Signature",
            time: "X-Cld-Timestamp"
        ),
        Scheme(
            name: "named header",
            verifier: HeaderSecretVerifier(header: "x-reelgate-secret"),
            headers: [("X-Reelgate-Secret", "s3cr3t-of-one-task")],
            signature: "X-Reelgate-Secret",
            secret: Secret("s3cr3t-of-one-task"),
            trust: .secret
        ),
        Scheme(
            name: "bearer",
            verifier: HeaderSecretVerifier(header: "authorization", form: .bearer),
            headers: [("Authorization", "Bearer s3cr3t")],
            signature: "Authorization",
            secret: Secret("s3cr3t"),
            trust: .secret
        ),
        Scheme(
            name: "basic",
            verifier: HeaderSecretVerifier(header: "authorization", form: .basic(user: "gw")),
            headers: [("Authorization", "basic Z3c6cHc=")],
            signature: "Authorization",
            secret: Secret("pw"),
            trust: .secret
        ),
    ]

    @Test(arguments: schemes)
    func `the vector is believed`(scheme: Scheme) async {
        guard case .verified(let id, let trust) = await scheme.verifier.verify(scheme.callback()) else {
            Issue.record("\(scheme.name) is not believed")
            return
        }
        #expect(trust == scheme.trust)
        #expect(!id.isEmpty)
    }

    @Test(arguments: schemes)
    func `nothing but the vector is believed`(scheme: Scheme) async {
        func expectRejected(_ callback: IncomingCallback, _ what: String) async {
            guard case .rejected(let reason) = await scheme.verifier.verify(callback) else {
                Issue.record("\(scheme.name): \(what) is believed")
                return
            }
            let isSilent = scheme.headers.allSatisfy { $0.value.count < 8 || !reason.contains($0.value) }
            #expect(isSilent && !reason.contains("s3cr3t"), "\(scheme.name): \(what) tells: \(reason)")
        }
        await expectRejected(scheme.callback { _ in "" }, "empty")
        // Base64 may lack its padding, so it takes two characters to harm it.
        await expectRejected(scheme.callback { String($0.dropLast(2)) }, "cut off")
        await expectRejected(scheme.callback { String($0.dropLast(8)) }, "cut off further")
        await expectRejected(scheme.callback { $0 + "0" }, "too long")
        await expectRejected(scheme.callback { $0 + String(repeating: "0", count: 5_000) }, "endless")
        await expectRejected(scheme.callback { _ in "NO_SECRET_PROVIDED" }, "NO_SECRET_PROVIDED")
        await expectRejected(scheme.callback { _ in "sha512=" }, "a prefix")
        await expectRejected(scheme.callback { _ in "\u{fffd}\u{1f600}" }, "other characters")
        await expectRejected(scheme.callback { "x" + $0.dropFirst() }, "another beginning")
        for header in scheme.headers where header.name != "X-Opus-Timestamp" {
            await expectRejected(scheme.callback(more: [header]), "repeated \(header.name)")
            await expectRejected(
                scheme.callback(more: [(header.name.lowercased(), "other")]),
                "a second \(header.name)"
            )
        }
        await expectRejected(
            IncomingCallback(headers: CallbackHeaders([]), body: scheme.body, secret: scheme.secret),
            "no header"
        )
        guard scheme.trust == .signed else { return }
        await expectRejected(scheme.callback(body: scheme.body + [10]), "a longer body")
        await expectRejected(scheme.callback(body: scheme.body.dropLast()), "a shorter body")
        await expectRejected(scheme.callback(body: []), "no body")
    }

    @Test(arguments: schemes.filter { $0.secret != nil })
    func `without a secret, or with an empty one, nothing is believed`(scheme: Scheme) async {
        for secret in [nil, Secret("")] {
            for value in ["", "Bearer ", "Basic Z3c6", scheme.headers[0].value] {
                var scheme = scheme
                scheme.secret = secret
                guard case .rejected = await scheme.verifier.verify(scheme.callback { _ in value }) else {
                    Issue.record("\(scheme.name) is believed without a secret")
                    return
                }
            }
        }
    }

    @Test func `a time is believed up to its limit and not beyond`() async {
        func verdict(
            _ make: (@escaping @Sendable () -> Date) -> any CallbackVerifier,
            _ scheme: Int,
            _ age: Double
        )
            async -> Bool
        {
            let verifier = make { Self.time.addingTimeInterval(age) }
            if case .verified = await verifier.verify(Self.schemes[scheme].callback()) { return true }
            return false
        }
        for (age, isGood) in [(300.0, true), (-300, true), (301, false), (-301, false)] {
            #expect(
                await verdict({ StandardWebhooksVerifier(keys: [Self.standardKey()], now: $0) }, 3, age)
                    == isGood
            )
            #expect(
                await verdict({ TimedHeaderVerifier(key: Secret("sekrit"), now: $0) }, 4, age) == isGood
            )
        }
        for (age, isGood) in [(7_200.0, true), (-7_200, true), (7_201, false), (-7_201, false)] {
            #expect(
                await verdict({ SecretDigestVerifier(key: Secret("apisecret"), now: $0) }, 5, age) == isGood
            )
        }
    }

    @Test(arguments: ["", "-1", "1700000000.0", "17e8", "99999999999999999999", "９"])
    func `a time that is no number of seconds is refused`(time: String) async {
        for scheme in Self.schemes where scheme.time != nil {
            var scheme = scheme
            scheme.signature = scheme.time ?? ""
            guard case .rejected = await scheme.verifier.verify(scheme.callback { _ in time }) else {
                Issue.record("\(scheme.name): '\(time)' is believed")
                return
            }
        }
    }

    @Test func `a salt is the id of its message and is no part of a body`() async {
        let verifier = SaltedBodyVerifier(key: Secret("sk-test"))
        let scheme = Self.schemes[2]
        #expect(
            verifier.verify(scheme.callback()) == .verified(messageId: "salt-a1b2c3d4", trust: .signed)
        )
        for salt in ["a1b2c3", "}a1b2c3d4", "a1b2 c3d4", String(repeating: "a", count: 129)] {
            let code = HMACSHA256.code(of: Self.body + Array(salt.utf8), key: Array("sk-test".utf8))
            let callback = IncomingCallback(
                headers: CallbackHeaders([
                    ("x-opus-salt", salt), ("x-opus-signature", Hex.encode(code)),
                ]),
                body: Self.body
            )
            guard case .rejected = verifier.verify(callback) else {
                Issue.record("the salt '\(salt)' is believed")
                return
            }
        }
    }

    @Test func `one of several signatures of a rotated key is enough`() async {
        let scheme = Self.schemes[4]
        let other = "v1=" + String(repeating: "0", count: 64)
        let callback = scheme.callback { $0.replacing(",", with: ",\(other),v0=1,") }
        guard case .verified = await scheme.verifier.verify(callback) else {
            Issue.record("a second signature is not looked at")
            return
        }
        let many = scheme.callback {
            $0 + String(repeating: ",\(other)", count: TimedHeaderVerifier.partsMax)
        }
        guard case .rejected = await scheme.verifier.verify(many) else {
            Issue.record("any number of signatures is looked at")
            return
        }
        let times = scheme.callback { "t=1," + $0 }
        guard case .rejected = await scheme.verifier.verify(times) else {
            Issue.record("two times are believed")
            return
        }
    }

    @Test func `an address alone is a reason to ask and no more`() {
        let callback = IncomingCallback(headers: CallbackHeaders([]), body: Self.body)

        #expect(
            CapabilityVerifier().verify(callback)
                == .verified(messageId: "sha256-\(SHA256Digest.hex(Self.body))", trust: .capability)
        )
    }

    @Test func `a provider's own key is read in each of its forms`() throws {
        let bytes = String(repeating: "k", count: 24)
        #expect(
            try StandardWebhooksVerifier.key(Secret(bytes)) == .secret(WebhookSecret(key: Array(bytes.utf8)))
        )
        #expect(throws: SignatureError.self) { try StandardWebhooksVerifier.key(Secret("whsec_!")) }
        #expect(throws: SignatureError.self) { try StandardWebhooksVerifier.key(Secret("short")) }
    }
}
