import Contracts
import Foundation
import HTTPTypes
import Postgres
import Signatures
import TestSupport
import Testing
import Threads

@testable import API

@Suite struct SecretRouteTests {
    private static let path = "/v1/webhook-endpoints"

    private static func endpoint(
        _ client: Client,
        _ members: String = ""
    ) async throws -> (path: String, view: EndpointView) {
        let answer = try await client.post(path, #"{"url":"https://hooks.example.com/a"\#(members)}"#)
        try #require(answer.status == 201, "\(answer.text)")
        let view = try answer.decode(EndpointView.self)
        return ("\(path)/\(view.id)", view)
    }

    private static func patch(_ client: Client, _ path: String, _ body: String) async throws -> Answer {
        try await client.send(.patch, path, headers: [.contentType: "application/json"], body: body)
    }

    @Test func `a rotation answers with the new secret and until when the old one signs, a day by itself`()
        async throws
    {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (path, endpoint) = try await Self.endpoint(client)
            let rotated = try await client.post("\(path)/rotate-secret", "")

            #expect(rotated.status == 200 && rotated.headers[.cacheControl] == "no-store")
            let keys = try rotated.decode(EndpointKeysView.self)
            _ = try WebhookSecret(parsing: keys.secret)
            #expect(keys.secret != endpoint.secret && keys.publicKey == nil && keys.old.count == 1)
            let left = try #require(keys.old.first).expiresAt.timeIntervalSinceNow
            #expect(left > 86_300 && left < 86_500)
            #expect(try await client.get("\(path)/secret").decode(EndpointKeysView.self) == keys)
            #expect(!(try await client.get(path).text.contains("whsec_")))
        }
    }

    @Test func `a rotation under one key happens once`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (path, _) = try await Self.endpoint(client)
            let headers: HTTPFields = [.idempotencyKey: "rotate"]
            let first = try await client.post("\(path)/rotate-secret", "{}", headers: headers)
            let again = try await client.post("\(path)/rotate-secret", "{}", headers: headers)
            let other = try await client.post(
                "\(path)/rotate-secret",
                #"{"overlap_seconds":1}"#,
                headers: headers
            )

            #expect(again.body == first.body && again.headers[.idempotentReplayed] == "true")
            #expect(other.status == 422)
            let keys = try await client.get("\(path)/secret").decode(EndpointKeysView.self)
            #expect(keys.old.count == 1)
        }
    }

    @Test func `an answer that is kept for a repeated request shows no secret to who reads the table`()
        async throws
    {
        let fixture = try await APIFixture.make()
        let seen = Answers()

        try await fixture.withClient { client in
            let body = #"{"url":"https://hooks.example.com/a"}"#
            let headers: HTTPFields = [.idempotencyKey: "create"]
            let created = try await client.post(Self.path, body, headers: headers)
            let path = "\(Self.path)/\(try created.decode(EndpointView.self).id)"
            let rotated = try await client.post(
                "\(path)/rotate-secret",
                "{}",
                headers: [.idempotencyKey: "key"]
            )
            let again = [
                try await client.post(Self.path, body, headers: headers),
                try await client.post("\(path)/rotate-secret", "{}", headers: [.idempotencyKey: "key"]),
            ]

            #expect(again.map(\.body) == [created.body, rotated.body])
            for answer in [created, rotated] + again {
                #expect(answer.text.contains("whsec_"))
                #expect(answer.headers[.contentType] == "application/json")
                #expect(!answer.headers.contains { $0.name.canonicalName.contains("sealed") })
            }
            #expect(again[0].headers[.location] == path)
            seen.add(created)
            seen.add(rotated)
        }

        let rows = try await fixture.database.pool.query(
            "SELECT encode(body, 'escape') || headers::text AS text FROM idempotency_keys"
        )
        let texts = try rows.map { try $0.get("text", as: String.self) }
        #expect(texts.count == 2)
        let secrets = try seen.all.map { answer in
            let members = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
            return try #require(members?["secret"] as? String)
        }
        for secret in secrets + ["whsec_", "secret"] {
            #expect(texts.allSatisfy { !$0.contains(secret) })
        }
    }

    @Test
    func `a gateway with another secret key does not do a request twice, and says why it cannot answer`()
        async throws
    {
        let fixture = try await APIFixture.make()
        let body = #"{"url":"https://hooks.example.com/a"}"#
        let headers: HTTPFields = [.idempotencyKey: "create"]
        try await fixture.withClient { client in
            let created = try await client.post(Self.path, body, headers: headers)
            #expect(created.status == 201)
        }
        var configuration = APIConfiguration(
            linkKey: APIFixture.linkKey,
            sealingKey: SealingKey(SecureRandom.bytes(count: SealingKey.byteCount))
        )
        configuration.port = 0
        let services = APIServices(
            store: fixture.store,
            artifacts: fixture.artifacts,
            providers: APIFixture.providers,
            callbackSecrets: APIFixture.callbackSecrets,
            runtimeWake: WakeSignal(),
            webhookWake: WakeSignal(),
            logger: APIFixture.logger
        )

        let other = APIBuilder(configuration: configuration, services: services)
        try await APIFixture.serve(other, key: fixture.key) { client in
            let again = try await client.post(Self.path, body, headers: headers)
            let list = try await client.get(Self.path).decode(Page<EndpointView>.self)

            #expect(again.status == 409)
            #expect(try again.problem.detail.contains("secret key"))
            #expect(try again.problem.retryable == false)
            #expect(list.data.count == 1)
        }
    }

    @Test func `an overlap lasts from none to seven days`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (path, _) = try await Self.endpoint(client)
            for (seconds, status) in [(0, 200), (604_800, 200), (-1, 422), (604_801, 422)] {
                let body = #"{"overlap_seconds":\#(seconds)}"#
                let answer = try await client.post("\(path)/rotate-secret", body)
                #expect(answer.status == status, "\(seconds)")
                if status == 422 { #expect(try answer.pointers == ["/overlap_seconds"]) }
            }
        }
    }

    @Test(arguments: [
        "w", "whsec_%", "whsec_wronglength", "hwsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", "whsec_",
    ])
    func `a bad secret is refused with what a good one is`(secret: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (path, _) = try await Self.endpoint(client)
            let rotated = try await client.post("\(path)/rotate-secret", #"{"secret":"\#(secret)"}"#)
            let created = try await client.post(
                Self.path,
                #"{"url":"https://hooks.example.com/b","secret":"\#(secret)"}"#
            )

            for answer in [rotated, created] {
                #expect(answer.status == 422)
                #expect(try answer.pointers == ["/secret"])
                #expect(answer.text.contains("24 to 64 random bytes in base64"))
            }
        }
    }

    @Test func `a secret of one's own is taken, and its padding mended`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (path, _) = try await Self.endpoint(client)
            let unpadded = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
            let body = #"{"secret":"\#(unpadded)"}"#
            let taken = try await client.post("\(path)/rotate-secret", body)
            let same = try await client.post("\(path)/rotate-secret", body)

            #expect(try taken.decode(EndpointKeysView.self).secret == "\(unpadded)=")
            #expect(same.status == 422)
            #expect(try same.pointers == ["/secret"])
        }
    }

    @Test func `an endpoint asks for Ed25519 when it is made or later, and shows the public key only`()
        async throws
    {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (path, endpoint) = try await Self.endpoint(client, #","signatures":["v1","v1a"]"#)
            let key = try #require(endpoint.publicKey)
            _ = try WebhookPublicKey(parsing: key)
            #expect(endpoint.signatures == [.v1, .v1a])
            let same = try await Self.patch(client, path, #"{"signatures":["v1a","v1"]}"#)
            #expect(try same.decode(EndpointView.self).publicKey == key)
            let rotated = try await client.post("\(path)/rotate-secret", #"{"scheme":"v1a"}"#)
            let keys = try rotated.decode(EndpointKeysView.self)
            #expect(keys.publicKey != key && keys.old.map(\.publicKey) == [key])
            let texts = [same, rotated, try await client.get(path), try await client.get("\(path)/secret")]
            #expect(texts.allSatisfy { !$0.text.contains("whsk_") })

            let off = try await Self.patch(client, path, #"{"signatures":["v1"]}"#).decode(EndpointView.self)
            #expect(off.publicKey == nil && off.signatures == [.v1])
            #expect(try await client.get("\(path)/secret").decode(EndpointKeysView.self).old.isEmpty)
            #expect(try await client.post("\(path)/rotate-secret", #"{"scheme":"v1a"}"#).status == 409)
        }
    }

    @Test(arguments: [
        (#"["v1a"]"#, "/signatures"), (#"["v1","v2"]"#, "/signatures/1"), (#""v1""#, "/signatures"),
    ])
    func `v1 is always there, and there is no v2`(signatures: String, pointer: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let (path, _) = try await Self.endpoint(client)
            let answer = try await Self.patch(client, path, #"{"signatures":\#(signatures)}"#)

            #expect(answer.status == 422)
            #expect(try answer.pointers == [pointer])
        }
    }

    @Test func `a pair of one's own must be whole`() async throws {
        let fixture = try await APIFixture.make()
        let pair = WebhookKeyPair.generate()

        try await fixture.withClient { client in
            let (path, _) = try await Self.endpoint(client, #","signatures":["v1","v1a"]"#)
            let taken = try await client.post(
                "\(path)/rotate-secret",
                #"{"scheme":"v1a","secret":"\#(pair.reveal())"}"#
            )
            let wrong = try await client.post(
                "\(path)/rotate-secret",
                #"{"scheme":"v1a","secret":"\#(pair.reveal().dropLast(10))"}"#
            )
            let kind = try await client.post("\(path)/rotate-secret", #"{"secret":"\#(pair.reveal())"}"#)

            #expect(try taken.decode(EndpointKeysView.self).publicKey == pair.publicKey.description)
            #expect(wrong.status == 422 && wrong.text.contains("64 bytes"))
            #expect(kind.status == 422)
        }
    }

    @Test func `who lacks the scope, or owns it not, sees no key`() async throws {
        let fixture = try await APIFixture.make()
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let (path, _) = try await Self.endpoint(client)

            #expect(try await client.get("\(path)/secret", key: otherKey).status == 404)
            #expect(try await client.post("\(path)/rotate-secret", "{}", key: otherKey).status == 404)
        }
    }
}
