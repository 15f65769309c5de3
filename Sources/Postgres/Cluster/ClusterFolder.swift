import Foundation
import Glibc

/// Where a private cluster keeps its files.
///
/// ```
/// <home>/data        the cluster itself
/// <home>/reelgate.conf  its settings
/// <home>/start.log   what the server says before its own log is open
/// ```
struct ClusterFolder: Sendable {
    let home: String
    let socketFolder: String

    var data: String { "\(home)/data" }
    var settings: String { "\(home)/reelgate.conf" }
    var startLog: String { "\(home)/start.log" }

    private static let sharedFolder = "/var/lib/reelgate"
    private static let locationFile = "postgres.location"
    /// A socket's path may have 107 bytes; `/.s.PGSQL.5432` takes 14 of them.
    private static let socketFolderBytesMax = 107 - 14

    /// Makes the folders for the cluster of `dataDirectory`, owned by the server's user.
    static func prepare(dataDirectory: String, user: ServerUser) throws(PostgresError) -> ClusterFolder {
        let base = URL(fileURLWithPath: dataDirectory).standardizedFileURL.path
        try makeFolder(base, mode: 0o755, owner: nil)
        let home = try chooseHome(base: base, user: user)
        try makeFolder(home, mode: 0o700, owner: user)
        return ClusterFolder(home: home, socketFolder: try chooseSocketFolder(home: home, user: user))
    }

    /// Beside the other data, or in a shared place when the server's user cannot get there.
    private static func chooseHome(base: String, user: ServerUser) throws(PostgresError) -> String {
        let location = "\(base)/\(locationFile)"
        if let recorded = try? String(contentsOfFile: location, encoding: .utf8) {
            return recorded.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        var home = "\(base)/postgres"
        if user.dropsRights, try ServerCommand("test", ["-x", base]).run().status != 0 {
            try makeFolder(sharedFolder, mode: 0o755, owner: nil)
            home = "\(sharedFolder)/\(hash(base))"
        }
        do {
            try (home + "\n").write(toFile: location, atomically: true, encoding: .utf8)
        } catch {
            throw .cluster("cannot write '\(location)': \(error)")
        }
        return home
    }

    private static func chooseSocketFolder(home: String, user: ServerUser) throws(PostgresError) -> String {
        let near = "\(home)/socket"
        let folder =
            near.utf8.count <= socketFolderBytesMax ? near : "/tmp/reelgate-\(user.userID)-\(hash(home))"
        try makeFolder(folder, mode: 0o700, owner: user)
        return folder
    }

    /// Makes a folder that is there in the end with this owner and mode; refuses one that belongs to somebody else,
    /// as others can make folders in /tmp.
    private static func makeFolder(_ path: String, mode: mode_t, owner: ServerUser?) throws(PostgresError) {
        if unsafe mkdir(path, mode) != 0 {
            guard errno != ENOENT else {
                try makeFolder(
                    URL(fileURLWithPath: path).deletingLastPathComponent().path,
                    mode: 0o755,
                    owner: nil
                )
                return try makeFolder(path, mode: mode, owner: owner)
            }
            guard errno == EEXIST else {
                throw .cluster("cannot make the folder '\(path)': \(unsafe String(cString: strerror(errno)))")
            }
        } else if let owner {
            guard unsafe chown(path, owner.userID, owner.groupID) == 0 else {
                throw .cluster("cannot give '\(path)' to the server's user")
            }
        }
        guard let owner else { return }
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .cluster("'\(path)' is no folder")
        }
        guard status.st_uid == owner.userID, unsafe chmod(path, mode) == 0 else {
            throw .cluster("'\(path)' belongs to another user than the server's")
        }
    }

    /// FNV-1a over the path, in hexadecimal: short, and the same on every start.
    private static func hash(_ path: String) -> String {
        let value = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(value, radix: 16)
    }
}
