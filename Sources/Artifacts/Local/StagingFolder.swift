import Foundation
import Glibc
import Signatures
import Threads

/// The folder of a store's files that are under way, and the threads that write them.
struct StagingFolder: Sendable {
    /// Unfinished files younger than this are left alone by the sweep.
    static let leftoverSecondsMin = 60

    let path: String
    let pool: ThreadPool

    /// Opens the folder, making it if need be and removing what a crash left in it.
    init(path: String, pool: ThreadPool, leftoverSecondsMin: Int?) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: Int(FileOperations.folderMode)]
        )
        self.path = path
        self.pool = pool
        _ = LocalStagedFile.sweep(
            folder: path,
            olderThanSeconds: leftoverSecondsMin ?? Self.leftoverSecondsMin
        )
    }

    func newFile() async throws -> LocalStagedFile {
        let path = "\(path)/\(SecureRandom.token(byteCount: 18))"
        return try await pool.run { try LocalStagedFile(path: path) }
    }

    /// Takes in what another writer, such as a download, put into the file.
    func adopt(_ file: any StagedFile, bytesMax: Int64) async throws -> StagedContent {
        guard let file = file as? LocalStagedFile else {
            throw ArtifactError(.closed, "the file was staged by another store")
        }
        let content = StagedContent(file: file, bytesMax: bytesMax)
        try await pool.run { try content.takeIn() }
        return content
    }

    /// Removes files of processes that are gone which nobody wrote since `moment`; tells how many.
    func removeUnfinished(since moment: Date) async throws -> Int {
        let age = max(Self.leftoverSecondsMin, Int(Date().timeIntervalSince(moment)))
        let path = path
        return try await pool.run { LocalStagedFile.sweep(folder: path, olderThanSeconds: age) }
    }
}
