import Contracts
import Foundation

/// Width and height of a PNG, read from its head.
struct PictureSize: Sendable, Hashable {
    private static let headBytes = 24
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let sideMax = 8_192

    let width: Int
    let height: Int

    init(pngPath: String) throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: pngPath))
        defer { try? file.close() }
        let head = [UInt8](try file.read(upToCount: Self.headBytes) ?? Data())
        guard head.count == Self.headBytes, head.starts(with: Self.signature) else {
            throw Problem(.artifactInvalid, detail: "a picture of the style is not a PNG")
        }
        width = Self.number(head[16..<20])
        height = Self.number(head[20..<24])
        guard (1...Self.sideMax).contains(width), (1...Self.sideMax).contains(height) else {
            throw Problem(.artifactInvalid, detail: "a picture of the style has sides of \(width)x\(height)")
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
