import Contracts
import Foundation
import Testing

/// What partners verify with is not ours: their libraries and their languages must agree with this gateway.
@Suite struct WebhookLibraryTests {
    private struct Keys {
        var secrets: [String]
        var publicKeys: [String] = []
    }

    /// Verifies one message by `standardwebhooks`, by `svix` and by `cryptography`, and says with which keys it is genuine.
    private static let script = """
        import base64, json, sys
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        import standardwebhooks, svix.webhooks
        given = json.load(sys.stdin)
        body, headers = given["body"].encode(), given["headers"]

        def by_library(library, error, secret):
            try:
                library.Webhook(secret).verify(body, headers)
                return True
            except error:
                return False

        def by_public_key(text):
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix("whpk_")))
            content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            for part in headers["webhook-signature"].split(" "):
                version, signature = part.split(",", 1)
                if version != "v1a":
                    continue
                try:
                    key.verify(base64.b64decode(signature), content)
                    return True
                except InvalidSignature:
                    pass
            return False

        genuine = []
        for secret in given["secrets"]:
            a = by_library(standardwebhooks, standardwebhooks.WebhookVerificationError, secret)
            b = by_library(svix.webhooks, svix.webhooks.WebhookVerificationError, secret)
            assert a == b, "the libraries differ"
            if a:
                genuine.append(secret)
        print(json.dumps(genuine + [key for key in given["public_keys"] if by_public_key(key)]))
        """

    private func genuine(_ message: Gateway.Received, with keys: Keys) throws -> [String] {
        let given: [String: Any] = [
            "body": message.body, "secrets": keys.secrets, "public_keys": keys.publicKeys,
            "headers": [
                "webhook-id": message.id, "webhook-timestamp": message.timestamp,
                "webhook-signature": message.signature,
            ],
        ]
        let input = try JSONSerialization.data(withJSONObject: given)
        let output = try Programs.run(Subscriber.python, ["-c", Self.script], input: input)
        return try JSONDecoder().decode([String].self, from: Data(output.utf8))
    }

    @Test func `libraries verify what comes before, during and after a rotation, of the pair too`()
        async throws
    {
        let gateway = try Gateway()
        defer { gateway.stop() }
        try gateway.start()
        try gateway.listen()
        let line = try gateway.webhookLines().first { $0["listening"] != nil }
        let id = try #require(line?["endpoint_id"] as? String)
        let path = "/v1/webhook-endpoints/\(id)"
        let first = gateway.secret

        // Before.
        let before = try await gateway.receiveTest(at: id)
        #expect(before.isVerified && !before.signature.contains(" "))
        #expect(try genuine(before, with: Keys(secrets: [first, Self.other])) == [first])

        // During: the old secret and the new one, both.
        let second = try await gateway.call(
            "POST",
            "\(path)/rotate-secret",
            #"{"overlap_seconds": 3600}"#,
            as: EndpointKeysView.self
        )
        #expect(second.secret != first && second.old.map(\.scheme) == [.v1])
        let during = try await gateway.receiveTest(at: id)
        #expect(during.isVerified)
        let both = Keys(secrets: [first, second.secret, Self.other])
        #expect(try genuine(during, with: both) == [first, second.secret])

        // Ed25519 beside them, and two of these at once.
        let view = try await gateway.call(
            "PATCH",
            path,
            #"{"signatures": ["v1", "v1a"]}"#,
            as: EndpointView.self
        )
        let pair = try #require(view.publicKey)
        let third = try await gateway.call(
            "POST",
            "\(path)/rotate-secret",
            #"{"scheme": "v1a", "overlap_seconds": 3600}"#,
            as: EndpointKeysView.self
        )
        let newPair = try #require(third.publicKey)
        #expect(newPair != pair && third.old.compactMap(\.publicKey) == [pair])
        let four = try await gateway.receiveTest(at: id)
        #expect(
            four.signature.split(separator: " ").map { $0.split(separator: ",")[0] } == [
                "v1", "v1a", "v1a", "v1",
            ]
        )
        let all = Keys(secrets: both.secrets, publicKeys: [pair, newPair])
        #expect(try genuine(four, with: all) == [first, second.secret, pair, newPair])

        // After: the old ones fail, by the end of their time and at once.
        let last = try await gateway.call(
            "POST",
            "\(path)/rotate-secret",
            #"{"overlap_seconds": 0}"#,
            as: EndpointKeysView.self
        )
        try await gateway.call(
            "POST",
            "\(path)/rotate-secret",
            #"{"scheme": "v1a", "overlap_seconds": 1}"#,
            as: EndpointKeysView.self
        )
        let ended = try await self.keys(gateway, path) { $0.old.isEmpty }
        let after = try await gateway.receiveTest(at: id)
        #expect(!after.isVerified)
        let every = Keys(
            secrets: both.secrets + [last.secret],
            publicKeys: [pair, newPair, try #require(ended.publicKey)]
        )
        #expect(try genuine(after, with: every) == [last.secret, every.publicKeys[2]])
        try verifyByCommand(
            gateway,
            after,
            genuineWith: [last.secret, every.publicKeys[2]],
            not: second.secret
        )
    }

    @Test func `the vectors are what other code computes`() throws {
        let script = """
            import base64, datetime, json, sys
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
            from standardwebhooks import Webhook
            vectors = json.load(open(sys.argv[1]))
            for vector in vectors["signing"]:
                parts = []
                for key in vector["keys"]:
                    if key.startswith("whsec_"):
                        moment = datetime.datetime.fromtimestamp(vector["timestamp"], datetime.timezone.utc)
                        parts.append(Webhook(key + "=" * (-len(key[6:]) % 4)).sign(vector["id"], moment, vector["body"]))
                    else:
                        pair = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key[5:])[:32])
                        content = f"{vector['id']}.{vector['timestamp']}.{vector['body']}".encode()
                        parts.append("v1a," + base64.b64encode(pair.sign(content)).decode())
                assert " ".join(parts) == vector["signature"], vector["name"]
            print(len(vectors["signing"]))
            """
        let path = "\(Programs.root)/webhooks/signatures/vectors.json"

        let count = try Programs.run(Subscriber.python, ["-c", script, path])

        #expect((Int(count.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) >= 8)
    }

    /// Where both libraries judge otherwise than the vectors: of what no sender sends they take more, and of what is odd but
    /// genuine less.
    private static let otherVerdicts = [
        "17 signatures", "a header of 4097 bytes", "a signature without its padding",
        "timestamp \" 1614265330\"",
        "timestamp \"+1614265330\"", "timestamp \"1614265330.5\"", "two spaces between signatures",
    ]

    @Test func `both libraries judge messages as the vectors do, but for oddities that no gateway sends`()
        throws
    {
        let script = """
            import datetime, json, sys
            from unittest import mock
            import standardwebhooks.webhooks, svix.webhooks
            vectors = json.load(open(sys.argv[1]))

            def is_genuine(library, vector, key):
                class Clock(datetime.datetime):
                    @classmethod
                    def now(cls, tz=None):
                        return datetime.datetime.fromtimestamp(vector["now"], tz)
                with mock.patch.object(library, "datetime", Clock):
                    try:
                        library.Webhook(key).verify(vector["body"], vector["headers"])
                    except json.JSONDecodeError:
                        pass
                    except (library.WebhookVerificationError, ValueError):
                        return False
                return True

            found = {"count": 0, "others": []}
            for library in (standardwebhooks.webhooks, svix.webhooks):
                others = []
                for vector in vectors["verification"]:
                    keys = [key for key in vector["keys"] if key.startswith("whsec_")]
                    # The tolerance of the libraries is fixed.
                    if not keys or vector["tolerance_seconds"] != 300:
                        continue
                    found["count"] += 1
                    if any(is_genuine(library, vector, key) for key in keys) != (vector["verdict"] == "accepted"):
                        others.append(vector["name"])
                found["others"].append(sorted(others))
            print(json.dumps(found))
            """
        struct Found: Decodable {
            var count: Int
            var others: [[String]]
        }
        let path = "\(Programs.root)/webhooks/signatures/vectors.json"

        let output = try Programs.run(Subscriber.python, ["-c", script, path])

        let found = try JSONDecoder().decode(Found.self, from: Data(output.utf8))
        #expect(found.count >= 80)
        #expect(found.others == [Self.otherVerdicts, Self.otherVerdicts])
    }

    private static let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    private func keys(
        _ gateway: Gateway,
        _ path: String,
        until condition: (EndpointKeysView) -> Bool
    ) async throws -> EndpointKeysView {
        let end = Date().addingTimeInterval(120)
        while true {
            let keys = try await gateway.get(EndpointKeysView.self, "\(path)/secret")
            if condition(keys) { return keys }
            try #require(Date() < end, "old keys did not end")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// `reelgate webhooks verify` says the same, by its exit code.
    private func verifyByCommand(
        _ gateway: Gateway,
        _ message: Gateway.Received,
        genuineWith keys: [String],
        not other: String
    ) throws {
        let headers = "\(gateway.folder)/headers"
        try message.headers.write(toFile: headers, atomically: true, encoding: .utf8)
        let arguments = ["webhooks", "verify", "--headers", headers]
        func outcome(_ key: String, _ body: String) throws -> (code: Int32, output: String) {
            try Programs.outcome(
                Programs.reelgate,
                arguments,
                environment: ["REELGATE_WEBHOOK_SECRET": key],
                input: Data(body.utf8)
            )
        }
        for key in keys {
            let (code, output) = try outcome(key, message.body)
            #expect(code == 0 && output == "verified\n", "\(output)")
        }
        for (key, body) in [(other, message.body), (keys[0], message.body + " ")] {
            let (code, output) = try outcome(key, body)
            #expect(code == 1 && output.hasPrefix("not verified: signature_mismatch"), "\(output)")
        }
        let (code, output) = try outcome("whsec_wronglength", message.body)
        #expect(code == 64 && output.contains("at least 24 bytes"), "\(output)")
    }
}
