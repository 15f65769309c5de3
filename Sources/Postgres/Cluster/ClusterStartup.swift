import Foundation
import Glibc

/// Brings the server of a cluster folder up, or finds it up.
struct ClusterStartup {
    let folder: ClusterFolder
    let binaries: ServerBinaries
    let settings: ClusterSettings

    static let startSeconds = 60
    private static let adoptSeconds = 5
    private static let answerSeconds = 5
    private static let attemptsMax = 6
    private static let logCharactersMax = 1_000

    /// Returns the server's process when it is a child of this one, nil when it is a daemon (blocks).
    func run() throws -> ServerProcess? {
        if try runningServerID() != nil {
            // It may still be coming up, or going down.
            for _ in 0..<(Self.adoptSeconds * 20) {
                if answers() { return nil }
                usleep(50_000)
            }
            // It is up without a socket that we can reach, as after a clean-up of /tmp: start it afresh.
            try pgCtl(["-m", "fast", "-w", "-t", String(Self.startSeconds), "stop"]).runOrThrow()
        }
        try writeSettings()
        guard settings.diesWithProcess else {
            try startDaemon()
            return nil
        }
        let child = ServerProcess(
            program: binaries.program("postgres"),
            arguments: ["-D", folder.data],
            outputPath: folder.startLog
        )
        try child.launch()
        try waitUntilUp(child)
        return child
    }

    /// No server answers, and no process is one of this folder.
    func isServerGone() -> Bool {
        if let id = recordedID(), isServer(id) { return false }
        return !answers()
    }

    private func startDaemon() throws {
        let arguments = ["-w", "-t", String(Self.startSeconds), "-l", folder.startLog, "start"]
        for attempt in 1... {
            unlinkStartLog()
            let (status, output) = try pgCtl(arguments).run()
            if status == 0 { return }
            // The children of a server that was killed take a moment to see that it is gone, and keep a new one out.
            guard attempt < Self.attemptsMax else {
                throw PostgresError.cluster("the server does not start: \(output)\n\(logs())")
            }
            sleep(1)
        }
    }

    /// The end of what the server wrote, to be read by a person.
    private func logs() -> String {
        let folders = FileManager.default
        let names = (try? folders.contentsOfDirectory(atPath: "\(folder.data)/log")) ?? []
        let files = names.map { "\(folder.data)/log/\($0)" } + [folder.startLog]
        return files.compactMap {
            try? String(contentsOfFile: $0, encoding: .utf8).suffix(Self.logCharactersMax)
        }
        .joined(separator: "\n")
    }

    private func unlinkStartLog() {
        unsafe unlink(folder.startLog)
    }

    private func waitUntilUp(_ child: ServerProcess) throws {
        for _ in 0..<(Self.startSeconds * 100) {
            if answers() { return }
            guard child.isRunning else { throw PostgresError.cluster("the server ended while it started") }
            usleep(10_000)
        }
        throw PostgresError.cluster("the server does not answer")
    }

    /// The process id in `postmaster.pid` when that process is a server in this folder.
    ///
    /// After a restart of a machine or container the id may belong to any process; Postgres itself then refuses to
    /// start, so a file that is stale for certain is removed here.
    private func runningServerID() throws -> pid_t? {
        guard FileManager.default.fileExists(atPath: idFile) else { return nil }
        if let id = recordedID() {
            guard FileManager.default.fileExists(atPath: "/proc/self/cwd") else {
                return try pgCtl(["status"]).run().status == 0 ? id : nil
            }
            if isServer(id) { return id }
            // Nobody has the id: Postgres itself puts the file aside, after a look for children of the old server.
            if kill(id, 0) != 0, errno == ESRCH { return nil }
        }
        try FileManager.default.removeItem(atPath: idFile)
        return nil
    }

    private var idFile: String { "\(folder.data)/postmaster.pid" }

    private func recordedID() -> pid_t? {
        guard let text = try? String(contentsOfFile: idFile, encoding: .utf8),
            let line = text.split(separator: "\n").first, let id = pid_t(line), id > 0
        else { return nil }
        return id
    }

    /// Whether a process works in this folder.
    ///
    /// In a container root may not be let see where; then its name has to do. A dead one has no folder either.
    private func isServer(_ id: pid_t) -> Bool {
        if let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd") {
            return place == URL(fileURLWithPath: folder.data).resolvingSymlinksInPath().path
        }
        let facts = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
        return facts.contains("(postgres) ") && !facts.contains("(postgres) Z")
    }

    private func answers() -> Bool {
        Connection.isAnswering(
            "host='\(folder.socketFolder)' port=5432 user=\(PrivateCluster.userName) dbname=postgres "
                + "connect_timeout=\(Self.answerSeconds)"
        )
    }

    private func writeSettings() throws {
        let text = settings.file(socketFolder: folder.socketFolder)
        try text.write(toFile: folder.settings, atomically: true, encoding: .utf8)
        // Readable for the server's user; the folder keeps everybody else out.
        unsafe chmod(folder.settings, 0o644)
        let mainFile = "\(folder.data)/postgresql.conf"
        let include = "include '\(folder.settings.replacing("'", with: "''"))'"
        let main = try String(contentsOfFile: mainFile, encoding: .utf8)
        guard !main.contains(include) else { return }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: mainFile))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\n\(include)\n".utf8))
    }

    private func pgCtl(_ arguments: [String]) -> ServerCommand {
        ServerCommand(binaries.program("pg_ctl"), ["-D", folder.data] + arguments)
    }
}
