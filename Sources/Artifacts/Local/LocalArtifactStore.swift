import Foundation
import Glibc
import Threads

/// Keeps files in a folder of this machine.
///
/// A file is written under a temporary name in `.incoming`, synced, renamed and its folder synced, so neither a
/// crash nor a loss of power leaves half a file where somebody looks for one.
package struct LocalArtifactStore: ArtifactStore {
    package static let chunkBytes = 256 << 10
    private static let threadCount = 4

    let root: String
    let pool: ThreadPool

    let staging: StagingFolder

    /// Opens the store at `root`, making the folder if need be and removing what a crash left unfinished.
    package init(root: String, leftoverSecondsMin: Int? = nil) throws {
        let root = try Self.resolved(root)
        self.root = root
        pool = ThreadPool(name: "artifacts", threadCount: Self.threadCount)
        staging = try StagingFolder(
            path: "\(root)/.incoming",
            pool: pool,
            leftoverSecondsMin: leftoverSecondsMin
        )
    }

    package func beginWrite(bytesMax: Int64) async throws -> any ArtifactWriter {
        let content = StagedContent(file: try await staging.newFile(), bytesMax: bytesMax)
        return LocalArtifactWriter(content, root: root, pool: pool)
    }

    package func stagingFile() async throws -> any StagedFile { try await staging.newFile() }

    package func adopt(_ file: any StagedFile, bytesMax: Int64) async throws -> any ArtifactWriter {
        LocalArtifactWriter(try await staging.adopt(file, bytesMax: bytesMax), root: root, pool: pool)
    }

    package func size(_ location: ArtifactLocation) async throws -> Int64? {
        let path = path(of: location)
        return try await pool.run {
            do throws(ArtifactError) {
                let descriptor = try FileOperations.open(path, flags: O_RDONLY | O_NOFOLLOW)
                defer { close(descriptor) }
                return try FileOperations.size(descriptor)
            } catch {
                if error.code == .notFound { return nil }
                throw error
            }
        }
    }

    package func read(_ location: ArtifactLocation, range: Range<Int64>?) async throws -> ArtifactChunks {
        let path = path(of: location)
        let reader = try await pool.run { try Self.open(path, range: range, location: location) }
        let pool = pool
        return AsyncThrowingStream { try await reader.next(chunkBytes: Self.chunkBytes, on: pool) }
    }

    package func delete(_ location: ArtifactLocation) async throws {
        let path = path(of: location)
        try await pool.run {
            guard unlink(path) == 0 || errno == ENOENT else {
                throw FileOperations.failure("removing a file")
            }
        }
    }

    private static func open(
        _ path: String,
        range: Range<Int64>?,
        location: ArtifactLocation
    ) throws -> LocalArtifactReader {
        let descriptor: Int32
        do throws(ArtifactError) {
            descriptor = try FileOperations.open(path, flags: O_RDONLY | O_NOFOLLOW)
        } catch {
            throw error.code == .notFound ? missing(location) : error
        }
        do throws(ArtifactError) {
            let size = try FileOperations.size(descriptor)
            let range = range ?? 0..<size
            guard range.lowerBound >= 0, range.upperBound <= size else {
                throw ArtifactError(.rangeOutside, "'\(location)' has only \(size) bytes")
            }
            return LocalArtifactReader(descriptor: descriptor, range: range, location: location)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// The folder's own path, made if need be, so that a later change of the working folder changes nothing.
    static func resolved(_ folder: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: Int(FileOperations.folderMode)]
        )
        let path = URL(filePath: folder).resolvingSymlinksInPath().path(percentEncoded: false)
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    func path(of location: ArtifactLocation) -> String { "\(root)/\(location.path)" }
}
