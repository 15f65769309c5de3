import Signatures
import Testing

@Suite struct LinkSignatureTests {
    let key = Array("0123456789abcdef0123456789abcdef".utf8)

    @Test func `a link opens until its time and not after`() throws {
        let signature = LinkSignature.sign(path: "/v1/artifacts/art_1/content", expires: 1000, key: key)

        try LinkSignature.verify(
            signature,
            path: "/v1/artifacts/art_1/content",
            expires: 1000,
            key: key,
            now: 999
        )

        #expect(signature.allSatisfy { $0.isASCII && !"+/=".contains($0) })
        #expect(reason(signature, now: 1000) == .linkExpired)
    }

    @Test func `another path, time or key does not open it`() {
        let signature = LinkSignature.sign(path: "/v1/artifacts/art_1/content", expires: 1000, key: key)

        #expect(reason(signature, path: "/v1/artifacts/art_2/content") == .signatureMismatch)
        #expect(reason(signature, expires: 2000) == .signatureMismatch)
        #expect(reason(signature, key: Array(key.reversed())) == .signatureMismatch)
        #expect(reason(signature + "=") == .signatureMismatch)
        #expect(reason("") == .signatureMismatch)
    }

    private func reason(
        _ signature: String,
        path: String = "/v1/artifacts/art_1/content",
        expires: Int64 = 1000,
        key: [UInt8]? = nil,
        now: Int64 = 10
    ) -> SignatureError.Code? {
        do {
            try LinkSignature.verify(signature, path: path, expires: expires, key: key ?? self.key, now: now)
            return nil
        } catch {
            return error.code
        }
    }
}
