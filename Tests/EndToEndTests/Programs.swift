import Foundation
import Testing

/// Where the built programs and the prepared parts are.
enum Programs {
    /// The project's root, from this file's own place.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let vendor = ProcessInfo.processInfo.environment["REELGATE_VENDOR_DIR"] ?? "\(root)/.vendor"

    /// The folder that this test's own program was built into; the others lie beside it.
    static let buildFolder: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let folder = (own as NSString).deletingLastPathComponent
        let isBuilt = FileManager.default.isExecutableFile(atPath: "\(folder)/reelgate")
        return isBuilt ? folder : "\(root)/.build/debug"
    }()

    static let reelgate = "\(buildFolder)/reelgate"

    /// The process of this name that `parent` has started.
    static func child(of parent: Int32, named name: String) throws -> Int32? {
        for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let id = Int32(entry),
                let stat = try? String(contentsOfFile: "/proc/\(entry)/stat", encoding: .utf8)
            else { continue }
            // As in "12 (name) S 3 ...": the parent's id is two words behind the name.
            if stat.hasPrefix("\(id) (\(name)) "), stat.split(separator: " ")[3] == "\(parent)" { return id }
        }
        return nil
    }

    /// Runs a program to its end and returns what it printed; throws when it fails.
    @discardableResult
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: Data? = nil
    ) throws -> String {
        let (code, output) = try outcome(path, arguments, environment: environment, input: input)
        try #require(code == 0, "\(path) \(arguments.joined(separator: " ")) failed:\n\(output)")
        return output
    }

    /// Runs a program to its end and returns its exit code and what it printed on both outputs.
    static func outcome(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: Data? = nil
    ) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let source = Pipe()
        process.standardInput = source
        try process.run()
        if let input { try source.fileHandleForWriting.write(contentsOf: input) }
        try source.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
