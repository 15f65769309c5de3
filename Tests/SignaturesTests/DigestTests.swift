import Signatures
import Testing

@Suite struct DigestTests {
    @Test func `SHA-256 gives the published digests`() {
        #expect(
            SHA256Digest.hex([])
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        #expect(
            SHA256Digest.hex(Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }

    @Test func `pieces hash like the whole, and a digest can begin anew`() {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let digest = SHA256Digest()

        for start in stride(from: 0, to: bytes.count, by: 777) {
            digest.update(bytes[start..<min(start + 777, bytes.count)])
        }
        let whole = digest.finishHex()
        digest.update(AnyCollection(bytes))

        #expect(whole == SHA256Digest.hex(bytes))
        #expect(digest.finishHex() == whole)
        digest.update(bytes.span.bytes)
        #expect(digest.finish().count == 32)
    }

    @Test func `HMAC gives the published codes`() {
        let message = Array("what do ya want for nothing?".utf8)
        let key = Array("Jefe".utf8)

        #expect(
            Hex.encode(HMACSHA256.code(of: message, key: key))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
        let long = Hex.encode(HMACCode.make(of: message, key: key, using: .sha512))
        #expect(long.hasPrefix("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"))
        #expect(long.count == 128)
        #expect(HMACCode.make(of: [], key: [], using: .sha384).count == 48)
    }

    @Test func `GitHub's documented signature is reproduced`() {
        let code = HMACSHA256.code(
            of: Array("Hello, World!".utf8),
            key: Array("It's a Secret to Everybody".utf8)
        )

        #expect(Hex.encode(code) == "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
    }

    @Test func `equal and unequal bytes are told apart`() {
        #expect(ConstantTime.equals([1, 2, 3], [1, 2, 3]))
        #expect(!ConstantTime.equals([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.equals([1, 2, 3], [1, 2]))
        #expect(ConstantTime.equals([UInt8](), []))
        #expect(ConstantTime.equals("grün", "grün"))
    }

    @Test func `encodings return what they were given`() {
        for count in 0..<70 {
            let bytes = SecureRandom.bytes(count: count)
            #expect(bytes.count == count)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Hex.decode("0g") == nil)
        #expect(Hex.decode("abc") == nil)
        #expect(Hex.decode("AbFf") == [0xAB, 0xFF])
        #expect(Base64.decode("ab c") == nil)
        #expect(Base64URL.decode("a+bc") == nil)
        #expect(SecureRandom.token(byteCount: 16).count == 22)
    }
}
