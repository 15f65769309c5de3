import Testing

@testable import Signatures

@Suite struct SealingKeyTests {
    private static let key = SealingKey(Array(repeating: 7, count: 32))
    private static let place = Array("here".utf8)

    /// Test case 16 of "The Galois/Counter Mode of Operation" by McGrew and Viega.
    @Test func `AES-256-GCM gives the published ciphertext and tag`() throws {
        func bytes(_ text: String) throws -> [UInt8] { try #require(Hex.decode(text)) }
        let key = try bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
        let nonce = try bytes("cafebabefacedbaddecaf888")
        let extra = try bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let plain = try bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                + "b16aedf5aa0de657ba637b39"
        )

        let sealed = AES256GCM.seal(plain, key: key, nonce: nonce, extra: extra)

        #expect(
            Hex.encode(sealed.cipher)
                == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                + "c5f61e6393ba7a0abcc9f662"
        )
        #expect(Hex.encode(sealed.tag) == "76fc6ece0f4e1768cddf8853bb2d551b")
        let opened = AES256GCM.open(sealed.cipher, tag: sealed.tag, key: key, nonce: nonce, extra: extra)
        #expect(opened == plain)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 100_000])
    func `what is sealed opens at its place, and each box is another`(count: Int) throws {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }

        let box = Self.key.seal(plain, place: Self.place)
        let other = Self.key.seal(plain, place: Self.place)

        #expect(box != other)
        #expect(box.count == count + 33)
        #expect(try Self.key.open(box, place: Self.place) == plain)
        #expect(try Self.key.open(Self.key.seal(plain, place: []), place: []) == plain)
    }

    @Test func `a box that is changed anywhere, cut or moved does not open`() {
        let box = Self.key.seal(Array("secret".utf8), place: Self.place)

        for index in box.indices {
            var changed = box
            changed[index] ^= 1
            #expect(throws: SealedBoxError.self) { try Self.key.open(changed, place: Self.place) }
            #expect(throws: SealedBoxError.self) {
                try Self.key.open(Array(box[..<index]), place: Self.place)
            }
        }
        #expect(throws: SealedBoxError.damaged) { try Self.key.open(box, place: Array("there".utf8)) }
        #expect(throws: SealedBoxError.damaged) { try Self.key.open(box + [0], place: Self.place) }
        #expect(throws: SealedBoxError.malformed) { try Self.key.open([], place: Self.place) }
    }

    @Test func `printing a key shows nothing of it`() {
        var dumped = ""
        dump(Self.key, to: &dumped)

        #expect("\(Self.key)" == "(hidden)" && String(reflecting: Self.key) == "(hidden)")
        #expect(!dumped.contains("7"))
    }

    @Test func `a box of another key is told from a damaged one`() {
        let other = SealingKey(Array(repeating: 8, count: 32))
        let box = other.seal([1], place: Self.place)

        #expect(throws: SealedBoxError.otherKey) { try Self.key.open(box, place: Self.place) }
    }
}
