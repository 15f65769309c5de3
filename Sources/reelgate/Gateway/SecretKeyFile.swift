import Foundation
import Glibc
import Signatures

/// The key that signs links and callback tokens and seals kept answers: given by a setting, or made once and kept in the data folder.
enum SecretKeyFile {
    static let keyBytes = 32

    static func load(settings: Settings, dataDirectory: String) throws -> [UInt8] {
        if let text = settings[.secretKey] { return try decode(text, from: Setting.secretKey.name) }
        let path = "\(dataDirectory)/secret.key"
        if let text = try? String(contentsOfFile: path, encoding: .utf8) {
            return try decode(text, from: path)
        }
        // Under its name only when it is whole: a half one after a crash would keep every later start from working.
        let key = SecureRandom.bytes(count: keyBytes)
        let draft = "\(path).\(SecureRandom.token(byteCount: 6))"
        let isWritten = FileManager.default.createFile(
            atPath: draft,
            contents: Data(Hex.encode(key).utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten, rename(draft, path) == 0 else {
            throw Settings.Invalid(description: "'\(path)' cannot be written")
        }
        return key
    }

    private static func decode(_ text: String, from origin: String) throws -> [UInt8] {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let key = Hex.decode(trimmed), key.count == keyBytes else {
            throw Settings.Invalid(description: "\(origin) must hold \(keyBytes * 2) hex digits")
        }
        return key
    }
}
