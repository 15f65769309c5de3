import Foundation
import Testing

@testable import Signatures

@Suite struct AWSSignerTests {
    @Test(arguments: AWSVectors.all.headers)
    func `headers are signed as AWS signs them`(vector: AWSVectors.Case) throws {
        let headers = vector.signer.headers(for: vector.request, now: vector.at)

        let authorization = headers.first { $0.name == "authorization" }?.value
        var signed = vector.request
        signed.headers = headers
        let canonical = CanonicalRequest(signed, isPathFixed: vector.service == "s3")
        #expect(canonical.text == vector.canonicalRequest)
        let moment = AWSSigner.timestamp(vector.at)
        #expect(vector.signer.textToSign(canonical, moment) == vector.stringToSign)
        #expect(authorization == vector.authorization)
        let token = headers.first { $0.name == "x-amz-security-token" }?.value
        #expect(token == vector.token)
    }

    @Test(arguments: AWSVectors.all.links)
    func `links are signed as AWS signs them`(vector: AWSVectors.Case) throws {
        let seconds = try #require(vector.seconds)

        let url = vector.signer.link(to: vector.request, now: vector.at, lifetimeSeconds: seconds)

        #expect(url.hasSuffix("&X-Amz-Signature=\(vector.signature)"))
        let parts = Set(url.split { $0 == "?" || $0 == "&" })
        #expect(parts == Set((vector.url ?? "").split { $0 == "?" || $0 == "&" }))
    }

    @Test func `whoever changes anything needs another signature`() throws {
        let vector = try #require(AWSVectors.all.headers.first { $0.name == "s3-get-object" })
        var changed: [AWSRequest] = Array(repeating: vector.request, count: 6)
        changed[0].method = "DELETE"
        changed[1].path += "x"
        changed[2].query.append(("acl", ""))
        changed[3].headers[0].value = "bytes=0-10"
        changed[4].payload = .unsigned
        changed[5].host = "otherbucket.s3.amazonaws.com"

        let signatures = changed.map { request in
            vector.signer.headers(for: request, now: vector.at).last?.value.suffix(64)
        }

        #expect(Set(signatures).count == changed.count)
        #expect(!signatures.contains(Substring(vector.signature)))
    }

    @Test func `a link lives for a week at most`() throws {
        let vector = try #require(AWSVectors.all.links.first)
        func expiry(_ seconds: Int) -> Substring? {
            vector.signer.link(to: vector.request, now: vector.at, lifetimeSeconds: seconds)
                .split { $0 == "?" || $0 == "&" }.first { $0.hasPrefix("X-Amz-Expires=") }
        }

        #expect(expiry(604_800) == "X-Amz-Expires=604800")
        #expect(expiry(604_801) == "X-Amz-Expires=604800")
        #expect(expiry(0) == "X-Amz-Expires=1")
    }

    @Test func `what describes credentials does not tell them`() {
        let credentials = AWSCredentials(accessKeyId: "AKID", secretAccessKey: "hush", sessionToken: "lent")

        var dumped = ""
        dump(credentials, to: &dumped)

        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(text.contains("AKID"))
            #expect(!text.contains("hush"))
            #expect(!text.contains("lent"))
        }
    }

    @Test func `percent-encoding comes back as what it was`() {
        let text = "ten_1/a b+c%2F~\u{1234}/clip.mp4"

        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        #expect(PercentEncoding.decode(PercentEncoding.encode(path: text)) == text)
        for broken in ["%", "%2", "%zz", "a%ff"] { #expect(PercentEncoding.decode(broken) == nil) }
    }
}
