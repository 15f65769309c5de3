import ArgumentParser
import Foundation
import Signatures
import Testing

@testable import reelgate

@Suite struct WebhookVerifyTests {
    private static let now: Int64 = 1_700_000_000
    private static let pair = WebhookKeyPair.generate()
    private static let secret = WebhookSecret.generate()

    private static func headers(_ body: [UInt8], id: String = "msg_1") -> WebhookHeaders {
        let keys: [WebhookSigningKey] = [.secret(secret), .pair(pair)]
        return WebhookHeaders(
            id: id,
            timestamp: String(now),
            signature: WebhookSignature.sign(id: id, timestamp: now, body: body, keys: keys)
        )
    }

    private static func verdict(
        _ headers: WebhookHeaders,
        body: [UInt8],
        keys: [WebhookVerifyingKey],
        now: Int64 = now,
        tolerance: Int64 = 300
    ) -> String {
        WebhookVerdict(headers, body: body, keys: keys, now: now, toleranceSeconds: tolerance).description
    }

    @Test func `a webhook is genuine by its secret, by its public key, and by one of several keys`() {
        let headers = Self.headers([1, 2])
        let other = WebhookVerifyingKey.secret(.generate())

        for keys: [WebhookVerifyingKey] in [
            [.secret(Self.secret)], [.publicKey(Self.pair.publicKey)], [other, .secret(Self.secret)],
        ] {
            #expect(Self.verdict(headers, body: [1, 2], keys: keys) == "verified")
        }
        #expect(
            Self.verdict(headers, body: [1, 2], keys: [other]).hasPrefix("not verified: signature_mismatch:")
        )
    }

    @Test func `the reason is told, and what an editor did to the body`() {
        let headers = Self.headers([1, 2])
        let keys: [WebhookVerifyingKey] = [.secret(Self.secret)]

        #expect(Self.verdict(headers, body: [1, 2, 10], keys: keys).contains("without the newline"))
        #expect(
            Self.verdict(headers, body: [0xEF, 0xBB, 0xBF, 1, 2], keys: keys).contains("byte order mark")
        )
        #expect(!Self.verdict(headers, body: [1, 3, 10], keys: keys).contains("genuine"))
        let late = Self.verdict(headers, body: [1, 2], keys: keys, now: Self.now + 301)
        #expect(late.hasPrefix("not verified: timestamp_too_old:"))
        let tolerated = Self.verdict(
            headers,
            body: [1, 2],
            keys: keys,
            now: Self.now + 301,
            tolerance: 301
        )
        #expect(tolerated == "verified")
        let none = WebhookHeaders(id: nil, timestamp: "1", signature: "v1,x")
        #expect(Self.verdict(none, body: [], keys: keys).hasPrefix("not verified: header_missing:"))
    }

    @Test(arguments: [
        "POST /hook HTTP/1.1\r\nHost: x\r\nWebhook-Id: msg_1\r\nwebhook-timestamp:1\r\nWEBHOOK-SIGNATURE:  v1,a v1,b \r\n",
        "webhook-id: msg_1\nwebhook-timestamp: 1\nwebhook-signature: v1,a v1,b\n\n{}",
        #" {"Webhook-Id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,a v1,b", "x": [1]}"#,
    ])
    func `headers are read from a dump or from JSON`(text: String) throws {
        let headers = try KeptHeaders.parse(Array(text.utf8))

        #expect(headers.id == "msg_1" && headers.timestamp == "1" && headers.signature == "v1,a v1,b")
    }

    @Test(arguments: ["webhook-id: a\nWebhook-Id: b", #"{"webhook-id": "a", "Webhook-Id": "b"}"#, "{]"])
    func `headers that are there twice or cannot be read are refused`(text: String) {
        #expect(throws: ValidationError.self) { try KeptHeaders.parse(Array(text.utf8)) }
    }

    @Test func `a file longer than the limit is not read`() throws {
        let path = NSTemporaryDirectory() + "reelgate-verify-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(count: InputFile.bytesMax).write(to: URL(fileURLWithPath: path))

        #expect(try InputFile.read(path, what: "it").count == InputFile.bytesMax)
        try Data(count: InputFile.bytesMax + 1).write(to: URL(fileURLWithPath: path))
        #expect(throws: ValidationError.self) { try InputFile.read(path, what: "it") }
        #expect(throws: ValidationError.self) { try InputFile.read(path + "-not", what: "it") }
    }

    @Test(arguments: [["--tolerance", "-1"], ["--tolerance", "700000"], ["--secret", "whsec_x"]])
    func `a tolerance that makes no sense is refused, and so is a secret as an argument`(arguments: [String])
    {
        #expect(throws: (any Error).self) { try WebhooksCommand.Verify.parse(arguments) }
    }

    @Test func `the command judges what lies in files, by a key from a file or the environment`() throws {
        let folder = NSTemporaryDirectory() + "reelgate-verify-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            return "\(folder)/\(name)"
        }
        let body = Array(#"{"type":"run.started"}"#.utf8)
        let signed = Self.headers(body)
        let headers = try write(
            "headers",
            "webhook-id: \(signed.id ?? "")\nwebhook-timestamp: \(signed.timestamp ?? "")\n"
                + "webhook-signature: \(signed.signature ?? "")\n"
        )
        let files = [
            "--headers", headers, "--body", try write("body", String(decoding: body, as: UTF8.self)),
        ]
        let key = try write("key", "\(WebhookSecret.generate().reveal())\n\(Self.pair.publicKey)\n")
        let secret = [GivenSecret.name: Self.secret.reveal()]
        func judge(
            _ options: [String],
            environment: [String: String] = [:],
            time: Int64 = Self.now
        ) throws -> String {
            try WebhooksCommand.Verify.parse(files + options).judge(environment: environment, time: time)
                .description
        }

        #expect(try judge(["--secret-file", key]) == "verified")
        #expect(try judge([], environment: secret) == "verified")
        #expect(try judge(["--any-age"], environment: secret, time: Self.now + 999_999) == "verified")
        #expect(try judge([], environment: secret, time: Self.now + 301).contains("timestamp_too_old"))
        #expect(try judge(["--id", "msg_other"], environment: secret).contains("signature_mismatch"))
        #expect(throws: ValidationError.self) { try judge([]) }
        #expect(throws: ValidationError.self) { try judge([], environment: [GivenSecret.name: "whsec_%"]) }
    }
}
