import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import StudioSupport
import Testing
import Threads

@testable import Providers

@Suite struct IdentityTokenTests {
    private static let audience = "https://vision.a.run.app"
    private let time = Locked(Date(timeIntervalSince1970: 1_796_116_200))

    private func google(lifetimeSeconds: Int64 = 3_600) throws -> FakeGoogle {
        try FakeGoogle(lifetimeSeconds: lifetimeSeconds) { [time] in time.withLock(\.self) }
    }

    private func tokens(
        _ identity: GoogleIdentity,
        _ meter: ProviderMeter = ProviderMeter()
    ) -> IdentityTokens {
        IdentityTokens(
            identity,
            audience: Self.audience,
            call: ProviderCall(provider: "v", client: VisionBench.client, meter: meter),
            now: { [time] in time.withLock(\.self) }
        )
    }

    private func failure(_ tokens: IdentityTokens) async -> CallFailure? {
        do throws(CallFailure) {
            _ = try await tokens.token()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [true, false])
    func `a token is fetched once, and anew shortly before it ends`(isAccount: Bool) async throws {
        let google = try google()
        defer { google.service.stop() }
        let identity: GoogleIdentity =
            isAccount
            ? .serviceAccount(try GoogleServiceAccount(keyFile: try google.keyFile()))
            : .metadataServer(url: google.url)
        let tokens = tokens(identity)

        let first = try await tokens.token()
        #expect(first.reveal() == google.tokens.first)
        time.withLock { $0 += 3_539 }
        #expect(try await tokens.token() == first && google.tokens.count == 1)
        time.withLock { $0 += 1 }
        #expect(try await tokens.token().reveal() == google.tokens.last && google.tokens.count == 2)
        tokens.drop(first)
        #expect(try await tokens.token().reveal() == google.tokens[1] && google.tokens.count == 2)
        tokens.drop(Secret(google.tokens[1]))
        _ = try await tokens.token()
        #expect(google.tokens.count == 3)
    }

    @Test func `a machine's token is asked for by its address alone`() async throws {
        let google = try google()
        defer { google.service.stop() }
        _ = try await tokens(.metadataServer(url: google.url)).token()

        let asked = try #require(google.service.received.first)
        #expect(
            asked.target
                == "/computeMetadata/v1/instance/service-accounts/default/identity?audience=https%3A%2F%2Fvision.a.run.app&format=full"
        )
        #expect(asked.header("metadata-flavor") == "Google")
        let standard = GoogleIdentityRequests(identity: .metadataServer(), audience: "a")
        #expect(
            try standard.token(now: 0).url.hasPrefix("http://metadata.google.internal/computeMetadata/v1/")
        )
    }

    @Test func `an assertion says who asks, for whom, and names its key`() throws {
        let account = GoogleServiceAccount(
            email: "e@p",
            keyId: "key-7",
            key: try RSASigningKey(pem: RSASigner.shared.keyPEM)
        )
        let requests = GoogleIdentityRequests(identity: .serviceAccount(account), audience: Self.audience)
        let request = try requests.token(now: 1_700_000_000)
        let form = VisionBench.body(request)
        let parts = form.split(separator: "=").last?.split(separator: ".") ?? []

        #expect(request.url == "https://oauth2.googleapis.com/token" && request.method == "POST")
        #expect(form.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="))
        let texts = parts.prefix(2).map { String(decoding: Base64URL.decode($0) ?? [], as: UTF8.self) }
        #expect(
            texts == [
                #"{"alg":"RS256","kid":"key-7","typ":"JWT"}"#,
                #"{"aud":"https://oauth2.googleapis.com/token","exp":1700003600,"iat":1700000000,"iss":"e@p","sub":"e@p","target_audience":"https://vision.a.run.app"}"#,
            ]
        )
        let certificate = try SigningCertificate(pem: RSASigner.shared.pem)
        let signed = Array(parts.prefix(2).joined(separator: ".").utf8)
        #expect(certificate.verifies(Base64URL.decode(parts[2]) ?? [], of: signed, using: .sha256))
    }

    @Test func `who gives no token has nothing to do with the work`() async throws {
        let google = try google()
        let tokens = tokens(.metadataServer(url: google.url))
        func kind(_ trouble: FakeService.Trouble) async -> AnswerClass? {
            google.service.trouble(trouble)
            return await failure(tokens)?.kind
        }
        #expect(await kind(.answer(LoopbackAnswer(429, headers: [("retry-after", "3")]))) == .busy)
        for status in [500, 502, 503, 504] { #expect(await kind(.answer(LoopbackAnswer(status))) == .away) }
        for status in [400, 401, 403, 404] {
            #expect(await kind(.answer(LoopbackAnswer(status))) == .refused)
        }
        #expect(await kind(.hangUp) == .away)
        #expect(await kind(.lostReply) == .away)
        // Without its header it is no metadata server, whatever it says.
        #expect(
            await kind(.garbledReply(FakeGoogle.token(audience: Self.audience, exp: 1_800_000_000))) == .away
        )
        google.service.stop()
        #expect(await failure(tokens)?.kind == .away)
    }

    @Test func `what is no token, or another's, is not shown to anybody`() async throws {
        let google = try google()
        defer { google.service.stop() }
        let account = try GoogleServiceAccount(keyFile: try google.keyFile())
        let good = FakeGoogle.token(audience: Self.audience, exp: 1_800_000_000)
        let long = String(repeating: "a", count: GoogleIdentityAnswers.tokenBytesMax)
        for text in [
            "", "a.b", "a.b.c", "..", good + "\\r\\nx: y", good.replacing(".", with: ","), "\(good).x", long,
            FakeGoogle.token(audience: "https://other.a.run.app", exp: 1_800_000_000),
            FakeGoogle.token(audience: Self.audience, exp: -1),
        ] {
            google.service.trouble(.garbledReply(#"{"id_token": "\#(text)"}"#))
            let failure = await failure(tokens(.serviceAccount(account)))
            #expect(failure?.kind == .away, "\(text)")
            #expect(failure?.problem.detail.contains(good) != true)
        }
        google.service.trouble(.garbledReply(#"{"id_token": "\#(good)"}"#))
        #expect(try await tokens(.serviceAccount(account)).token().reveal() == good)
    }

    @Test func `a key that is not the account's is told as such`() async throws {
        let google = try google()
        defer { google.service.stop() }
        let account = try GoogleServiceAccount(keyFile: try google.keyFile(signer: RSASigner()))
        let failure = await failure(tokens(.serviceAccount(account)))

        #expect(failure?.kind == .refused && failure?.problem.retryable == false)
        #expect(failure?.problem.detail.contains("Invalid JWT Signature.") == true)
    }

    @Test func `a key file that is none says why, and shows nothing of a key`() throws {
        let google = try google()
        defer { google.service.stop() }
        let file = try google.keyFile()
        let account = try GoogleServiceAccount(keyFile: file)
        #expect(account.email == FakeGoogle.email && account.tokenURL == google.tokenURL)
        #expect(!"\(account)".contains("BEGIN"))

        let text = String(decoding: file, as: UTF8.self)
        for odd in [
            "", "{}", "[]", text.replacing("service_account", with: "authorized_user"),
            text.replacing("PRIVATE KEY", with: "PUBLIC KEY"), text.replacing("client_email", with: "email"),
            String(text.dropLast(20)),
        ] {
            let error = #expect(throws: GoogleKeyError.self) {
                try GoogleServiceAccount(keyFile: Array(odd.utf8))
            }
            #expect(
                error?.description.contains("key file") == true && error?.description.contains("MII") != true
            )
        }
    }

    @Test func `a token that the service does not take is replaced once`() async throws {
        let google = try google()
        // It takes the second token only.
        let bench = try VisionServiceBench(google, .metadataServer(url: google.url)) {
            Array(google.tokens.dropFirst().prefix(1))
        }
        defer {
            google.service.stop()
            bench.fake.service.stop()
        }
        guard case .accepted(let id, nil) = await bench.submit() else {
            Issue.record("the second token is not tried")
            return
        }
        #expect(google.tokens.count == 2 && bench.fake.service.received.count == 2)
        guard case .report = await bench.provider.poll(VisionBench.reference(id), told: nil) else {
            Issue.record("the good token is not kept")
            return
        }
        #expect(google.tokens.count == 2)
        #expect(bench.fake.service.received.last?.header("authorization") == "Bearer \(google.tokens[1])")
    }

    @Test func `a service that takes no token of ours refuses the task`() async throws {
        let google = try google()
        let bench = try VisionServiceBench(google, .metadataServer(url: google.url)) { [] }
        defer {
            google.service.stop()
            bench.fake.service.stop()
        }
        guard case .refused(let problem) = await bench.submit() else {
            Issue.record("it is not refused")
            return
        }
        #expect(problem.detail.contains("401") && bench.fake.service.received.count == 2)
        google.service.trouble(.answer(LoopbackAnswer(503)))
        guard case .unreachable = await bench.submit() else {
            Issue.record("a metadata server that is away leaves the outcome open")
            return
        }
        #expect(bench.fake.jobs.all.isEmpty)
    }
}
