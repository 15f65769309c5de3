import Foundation
import Threads

/// The contract files of this checkout.
enum ContractFiles {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func data(_ path: String) throws -> Data { try Data(contentsOf: root.appending(path: path)) }

    /// Schemas refer to each other often, so each file is parsed once.
    static func json(_ path: String) throws -> JSONValue {
        try parsed(path) { try JSONValue(data(path)) }
    }

    /// What `parse` makes of a file, the first time that it is asked for.
    static func parsed(_ path: String, by parse: () throws -> JSONValue) throws -> JSONValue {
        if let value = known.withLock({ $0[path] }) { return value }
        let value = try parse()
        known.withLock { $0[path] = value }
        return value
    }

    private static let known = Locked<[String: JSONValue]>([:])

    static func text(_ path: String) throws -> String { String(decoding: try data(path), as: UTF8.self) }

    static func names(in folder: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: folder).path(percentEncoded: false)
        )
        .filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }
}
