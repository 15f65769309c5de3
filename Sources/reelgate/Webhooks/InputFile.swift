import ArgumentParser
import Foundation

/// A file that a command reads as a whole, or standard input.
enum InputFile {
    static let bytesMax = 16 << 20

    /// The bytes of the file at `path`; of standard input when it is nil or `-`.
    static func read(_ path: String?, what: String) throws -> [UInt8] {
        let isStandardInput = path == nil || path == "-"
        let file = isStandardInput ? .standardInput : FileHandle(forReadingAtPath: path ?? "")
        guard let file else { throw ValidationError("\(what) cannot be read from '\(path ?? "-")'") }
        defer { if !isStandardInput { try? file.close() } }
        var bytes: [UInt8] = []
        while let piece = try file.read(upToCount: 1 << 16), !piece.isEmpty {
            bytes += piece
            guard bytes.count <= bytesMax else {
                throw ValidationError("\(what) is longer than \(bytesMax >> 20) MiB")
            }
        }
        return bytes
    }
}
