import Signatures
import Testing

@testable import Providers

@Suite struct FormFieldTests {
    private static let payload = #"{"type":"success","renderId":"r1"}"#
    private static let code =
        "sha384:1b43aa72e3a2a79040543d87117b5d3a7047b09f5e7838d62d63619a34a564c53308a127e48fb17841c64d14dccc7e2a"
    private static let multipart = #"multipart/form-data; charset=utf-8; boundary="b-1""#
    private let verifier = FormFieldVerifier(key: Secret("sekrit"))

    private static func part(_ name: String, _ value: String) -> String {
        "--b-1\r\ncontent-disposition: form-data; name=\"\(name)\"\r\ncontent-type: text/plain\r\n\r\n\(value)\r\n"
    }

    private static let form = part("transloadit", payload) + part("signature", code) + "--b-1--\r\n"

    private func verdict(_ body: String, type: String = multipart) -> CallbackVerdict {
        verifier.verify(
            IncomingCallback(headers: CallbackHeaders([("Content-Type", type)]), body: Array(body.utf8))
        )
    }

    private func expectRejected(_ body: String, type: String = multipart, _ what: Comment) {
        guard case .rejected(let reason) = verdict(body, type: type) else {
            Issue.record(what)
            return
        }
        #expect(!reason.contains("1b43aa72"))
    }

    @Test func `the vector is believed in either kind of form`() {
        let believed = CallbackVerdict.verified(
            messageId: "sha256-\(SHA256Digest.hex(Array(Self.payload.utf8)))",
            trust: .signed
        )
        let pairs =
            "transloadit=%7B%22type%22%3A%22success%22%2C%22renderId%22:%22r1%22}&signature=\(Self.code)&x=a+b"

        #expect(verdict(Self.form) == believed)
        #expect(verdict("preamble\r\n" + Self.form + "epilogue") == believed)
        #expect(verdict(Self.part("other", "\r\n--b-\r\n") + Self.form) == believed)
        #expect(verdict(pairs, type: "application/x-www-form-urlencoded; charset=utf-8") == believed)
    }

    @Test func `nothing but the vector is`() {
        let (form, code) = (Self.form, Self.code)
        expectRejected(form.replacing("r1", with: "r2"), "a tampered field")
        expectRejected(form.replacing(code, with: String(code.dropLast(2))), "a code cut off")
        expectRejected(form.replacing(code, with: ""), "an empty code")
        expectRejected(form.replacing(code, with: "sha384:"), "a prefix only")
        expectRejected(form.replacing(code, with: String(code.dropFirst(7))), "no prefix")
        expectRejected(form.replacing("sha384:", with: "sha1:"), "another prefix")
        expectRejected(form.replacing(code, with: "NO_SECRET_PROVIDED"), "no secret")
        expectRejected(form.replacing("signature", with: "signatur"), "no field")
        expectRejected(Self.part("signature", code) + form, "two codes")
        expectRejected(Self.part("transloadit", "{}") + form, "two payloads")
        expectRejected(String(form.dropLast(6)), "no end")
        expectRejected(String(form.dropLast(200)), "half a form")
        expectRejected("", "nothing")
        expectRejected(Self.payload, type: "application/json", "no form")
        expectRejected(form, type: "multipart/form-data", "no boundary")
        expectRejected(form, type: "multipart/form-data; boundary=\"\"", "an empty boundary")
        let long = String(repeating: "b", count: 71)
        expectRejected(
            form.replacing("b-1", with: long),
            type: "multipart/form-data; boundary=\(long)",
            "a boundary without end"
        )
        expectRejected(
            "transloadit=%zz&signature=\(code)",
            type: "application/x-www-form-urlencoded",
            "a malformed pair"
        )
    }

    @Test func `fields are read up to a limit`() {
        let more = String(repeating: Self.part("other", "1"), count: FormBody.fieldsMax - 2)

        guard case .verified = verdict(more + Self.form) else {
            Issue.record("the limit is too low")
            return
        }
        expectRejected(Self.part("other", "1") + more + Self.form, "too many fields")
    }
}
