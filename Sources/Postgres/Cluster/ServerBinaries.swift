import Foundation

/// The folder with a Postgres server's programs, and their major version.
struct ServerBinaries: Sendable {
    let folder: String
    let majorVersion: Int

    private static let majorVersionMin = 15
    private static let packagesFolder = "/usr/lib/postgresql"

    /// Finds the newest server, or the one of `majorVersion`, among the system's packages and in PATH.
    static func find(majorVersion: Int? = nil) throws(PostgresError) -> ServerBinaries {
        let found = installed() + inPath()
        let fitting = found.filter { $0.majorVersion == majorVersion ?? $0.majorVersion }
            .filter { $0.majorVersion >= majorVersionMin }
        guard let newest = fitting.max(by: { $0.majorVersion < $1.majorVersion }) else {
            let wanted = majorVersion.map(String.init) ?? "\(majorVersionMin) or later"
            let seen = found.map { String($0.majorVersion) }.joined(separator: ", ")
            throw .cluster(
                "no Postgres server of version \(wanted) in \(packagesFolder)/*/bin or PATH"
                    + (seen.isEmpty ? "" : " (found \(seen))")
                    + "; install one (apt-get install postgresql) or set REELGATE_DATABASE_URL"
            )
        }
        return newest
    }

    func program(_ name: String) -> String { "\(folder)/\(name)" }

    private static func installed() -> [ServerBinaries] {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: packagesFolder)) ?? []
        return versions.compactMap { name in
            guard let version = Int(name) else { return nil }
            return ServerBinaries(checking: "\(packagesFolder)/\(name)/bin", majorVersion: version)
        }
    }

    private static func inPath() -> [ServerBinaries] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").compactMap { folder in
            let program = "\(folder)/initdb"
            guard FileManager.default.isExecutableFile(atPath: program),
                let output = try? ServerCommand(program, ["--version"]).run(asServerUser: false).output,
                // initdb (PostgreSQL) 15.20 (Debian ...)
                let version = output.split(separator: " ").compactMap({ Int($0.prefix { $0.isNumber }) })
                    .first
            else { return nil }
            return ServerBinaries(checking: String(folder), majorVersion: version)
        }
    }

    private init?(checking folder: String, majorVersion: Int) {
        let needed = ["initdb", "pg_ctl", "postgres"]
        guard needed.allSatisfy({ FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }) else {
            return nil
        }
        self.folder = folder
        self.majorVersion = majorVersion
    }
}
