import Foundation
import Glibc

/// One run of a server program: `initdb`, `pg_ctl`.
struct ServerCommand: Sendable {
    private let program: String
    private let arguments: [String]

    private static let outputCharactersMax = 1_000

    init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// Runs the program to its end and returns its status and what it printed (blocks).
    func run(asServerUser: Bool = true) throws(PostgresError) -> (status: Int32, output: String) {
        let prefix = asServerUser ? try ServerUser.current().commandPrefix : []
        let folder = FileManager.default.temporaryDirectory
        let outputPath = folder.appendingPathComponent("reelgate-\(UUID().uuidString).log").path
        defer { unsafe unlink(outputPath) }
        let process = try SpawnedProcess(
            words: prefix + [program] + arguments,
            environment: Self.environment,
            outputPath: outputPath
        )
        let status = process.waitUntilExit()
        return (status, (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "")
    }

    /// Runs the program and throws what it printed when it fails (blocks).
    func runOrThrow() throws(PostgresError) {
        let (status, output) = try run()
        guard status == 0 else {
            let end = output.suffix(Self.outputCharactersMax)
            throw .cluster("'\(program)' ended with status \(status): \(end)")
        }
    }

    /// Nothing of this process's environment reaches the server: settings, secrets and PG* variables stay here.
    static var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return ["PATH": path, "LC_ALL": "C.UTF-8"]
    }
}
