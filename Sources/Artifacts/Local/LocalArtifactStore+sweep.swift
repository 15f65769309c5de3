package import Foundation
import Glibc
import Threads

extension LocalArtifactStore {
    package func files(after: String?, limit: Int) async throws -> [StoredFile] {
        let root = root
        return try await pool.run {
            var walk = FolderWalk(root: root, after: after, limit: limit)
            walk.visit("")
            return walk.found
        }
    }

    package func removeUnfinished(since moment: Date) async throws -> Int {
        try await staging.removeUnfinished(since: moment)
    }

    /// An empty file that goes away again: the disk takes writes.
    package func probe() async throws { _ = try await staging.newFile() }

    package func remove(_ location: ArtifactLocation, unlessChangedSince moment: Date) async throws -> Bool {
        let path = path(of: location)
        return try await pool.run {
            var facts = stat()
            guard lstat(path, &facts) == 0 else {
                if errno == ENOENT { return false }
                throw FileOperations.failure("examining a file")
            }
            guard facts.st_mode & S_IFMT == S_IFREG, FolderWalk.modifiedAt(facts) <= moment else {
                return false
            }
            guard unlink(path) == 0 || errno == ENOENT else {
                throw FileOperations.failure("removing a file")
            }
            return true
        }
    }
}

/// A walk through a store's folder in the order of the paths' parts, from behind a path on.
private struct FolderWalk {
    let root: String
    let after: [Substring]
    let limit: Int
    var found: [StoredFile] = []

    init(root: String, after: String?, limit: Int) {
        self.root = root
        self.after = after?.split(separator: "/") ?? []
        self.limit = limit
    }

    static func modifiedAt(_ facts: stat) -> Date {
        Date(timeIntervalSince1970: Double(facts.st_mtim.tv_sec) + Double(facts.st_mtim.tv_nsec) / 1e9)
    }

    mutating func visit(_ folder: String, depth: Int = 0, onPath: Bool = true) {
        // A folder that cannot be listed has nothing that could be swept.
        let whole = folder.isEmpty ? root : "\(root)/\(folder)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: whole)) ?? []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where found.count < limit
        {
            // Along the way to where the last walk ended, what comes before was seen by it.
            let mark = onPath && depth < after.count ? after[depth] : nil
            if let mark, name.utf8.lexicographicallyPrecedes(mark.utf8) { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var facts = stat()
            guard lstat("\(root)/\(path)", &facts) == 0 else { continue }
            switch facts.st_mode & S_IFMT {
            case S_IFDIR where !name.hasPrefix("."):
                visit(path, depth: depth + 1, onPath: mark.map { $0 == name } ?? false)
            case S_IFREG:
                if let mark, mark == name { continue }
                // What is no place of a store is not ours, and stays.
                guard let location = ArtifactLocation(parsing: path) else { continue }
                found.append(StoredFile(location: location, modifiedAt: Self.modifiedAt(facts)))
            default: continue
            }
        }
    }
}
