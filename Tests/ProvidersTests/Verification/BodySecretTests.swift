import Signatures
import Testing

@testable import Providers

@Suite struct BodySecretTests {
    private let verifier = BodySecretVerifier(path: ["metadata", "extra", "callback_secret"])

    private func verdict(_ body: String, secret: Secret? = Secret("s3cr3t")) -> CallbackVerdict {
        verifier.verify(
            IncomingCallback(headers: CallbackHeaders([]), body: Array(body.utf8), secret: secret)
        )
    }

    @Test func `a secret that comes back in the body is believed`() {
        let body =
            #"{"results":{"n":[1,{}]},"metadata":{"duration":1.5,"extra":{"callback_secret":"s3cr3t"}}}"#

        #expect(
            verdict(body)
                == .verified(messageId: "sha256-\(SHA256Digest.hex(Array(body.utf8)))", trust: .secret)
        )
    }

    @Test(arguments: [
        "", "{", "null", "[]", "7", #"{"metadata":null}"#, #"{"metadata":{"extra":[]}}"#,
        #"{"metadata":{"extra":{"callback_secret":null}}}"#, #"{"metadata":{"extra":{"callback_secret":1}}}"#,
        #"{"metadata":{"extra":{"callback_secret":["s3cr3t"]}}}"#,
        #"{"metadata":{"extra":{"callback_secret":""}}}"#,
        #"{"metadata":{"extra":{"callback_secret":"s3cr3"}}}"#,
        #"{"metadata":{"extra":{"callback_secret":"s3cr3t0"}}}"#, #"{"callback_secret":"s3cr3t"}"#,
        #"{"metadata":{"callback_secret":"s3cr3t"}}"#, #"{"metadata.extra.callback_secret":"s3cr3t"}"#,
        #"{"metadata":{"extra":{"callback_secret":"s3cr3t"}}"#,
    ])
    func `any other body is not`(body: String) {
        guard case .rejected(let reason) = verdict(body) else {
            Issue.record("it is believed")
            return
        }
        #expect(!reason.contains("s3cr3"))
    }

    @Test func `without a secret nothing is believed`() {
        for secret in [nil, Secret("")] {
            for text in ["", "s3cr3t"] {
                let body = #"{"metadata":{"extra":{"callback_secret":"\#(text)"}}}"#
                guard case .rejected = verdict(body, secret: secret) else {
                    Issue.record("'\(text)' is believed")
                    return
                }
            }
        }
    }

    @Test func `a body that is nested without end is refused`() {
        let depth = 100_000
        let body = String(repeating: #"{"metadata":"#, count: depth) + String(repeating: "}", count: depth)
        guard case .rejected = verdict(body) else {
            Issue.record("it is believed")
            return
        }
    }
}
