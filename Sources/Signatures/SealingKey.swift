/// Seals bytes in boxes that only this key opens, and that nobody changes or moves unseen.
///
/// A box is its version, the id of its key, a random nonce, the ciphertext of AES-256-GCM, and the tag. Printing the
/// key shows no part of it.
package struct SealingKey: HiddenKey, Sendable {
    package static let prefix = ""
    package static let byteCount = AES256GCM.keyBytes

    private static let version: UInt8 = 1
    private static let idBytes = 4

    private let bytes: [UInt8]
    /// Tells boxes of different keys apart, and nothing of the key.
    private let id: [UInt8]

    /// Takes 32 bytes that nobody can guess.
    package init(_ bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount)
        self.bytes = bytes
        id = Array(HMACSHA256.code(of: Array("reelgate key id".utf8), key: bytes).prefix(Self.idBytes))
    }

    /// Seals `plain`; `place` names where the box belongs, since it opens nowhere else.
    package func seal(_ plain: [UInt8], place: [UInt8]) -> [UInt8] {
        let nonce = SecureRandom.bytes(count: AES256GCM.nonceBytes)
        let sealed = AES256GCM.seal(plain, key: bytes, nonce: nonce, extra: front + place)
        return front + nonce + sealed.cipher + sealed.tag
    }

    /// What was sealed in `box` for `place`.
    package func open(_ box: [UInt8], place: [UInt8]) throws(SealedBoxError) -> [UInt8] {
        let nonceEnd = front.count + AES256GCM.nonceBytes
        let tagStart = box.count - AES256GCM.tagBytes
        guard box.first == Self.version, tagStart >= nonceEnd else { throw .malformed }
        guard box.starts(with: front) else { throw .otherKey }
        let plain = AES256GCM.open(
            Array(box[nonceEnd..<tagStart]),
            tag: Array(box[tagStart...]),
            key: bytes,
            nonce: Array(box[front.count..<nonceEnd]),
            extra: front + place
        )
        guard let plain else { throw .damaged }
        return plain
    }

    private var front: [UInt8] { [Self.version] + id }
}

/// Why a sealed box does not open.
package enum SealedBoxError: Error, Hashable {
    /// It is no box, or one of a later version.
    case malformed
    /// It was sealed with another key.
    case otherKey
    /// It was changed, or belongs elsewhere.
    case damaged
}
