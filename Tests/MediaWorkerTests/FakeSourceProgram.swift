import Foundation
import Logging
import MediaWorker
import Threads

/// A shell script in place of the process that reads sources, and the folder that it works in.
final class FakeSourceProgram: Sendable {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "source-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var order: SourceOrder { SourceOrder(source: "/dev/null", folder: folder, durationMsMax: nil) }

    /// `body` runs once the order was read; `note` in it writes down a process that must be gone at the end.
    func program(_ body: String) throws -> SourceProcess.Program {
        let script = """
            #!/bin/bash
            note() { echo "$1" >> '\(folder)/started'; }
            note $$
            echo '{"is_isolated":true}'
            read -r order
            \(body)
            """
        try Data(script.utf8).write(to: URL(filePath: "\(folder)/program"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: "\(folder)/program"
        )
        return SourceProcess.Program(executable: "\(folder)/program", arguments: [])
    }

    /// Runs a program with this body; nothing of it may be left afterwards.
    func run(
        _ body: String,
        limits: SourceLimits = SourceLimits(sourceBytes: 0),
        isCancelled: Locked<Bool> = Locked(false),
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws -> SourceNews.Result {
        let process = SourceProcess(try program(body), limits: limits, logger: Self.logger)
        return try process.run(order, cancel: { isCancelled.withLock(\.self) }, progress: progress)
    }

    /// The noted processes that still run.
    var running: [Int] {
        let noted = (try? String(contentsOfFile: "\(folder)/started", encoding: .utf8)) ?? ""
        return noted.split(separator: "\n").compactMap { Int($0) }.filter { id in
            let stat = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
            // One that waits to be reaped has ended.
            guard let bracket = stat.lastIndex(of: ")") else { return false }
            return !["Z", "X"].contains(stat[stat.index(after: bracket)...].split(separator: " ").first)
        }
    }

    static let logger = Logger(label: "source") { _ in SwiftLogNoOpLogHandler() }
}
