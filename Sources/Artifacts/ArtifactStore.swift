package import Foundation

/// Bytes of one stored file, piece by piece; the next piece is read when it is asked for.
package typealias ArtifactChunks = AsyncThrowingStream<[UInt8], any Error>

/// Keeps the content of artifacts and assets under locations that never change their content's meaning.
///
/// A reader sees a whole file or none: content appears at its location only when all of it is on disk.
package protocol ArtifactStore: Sendable {
    /// Begins a file of at most `bytesMax` bytes whose location may depend on its content.
    func beginWrite(bytesMax: Int64) async throws -> any ArtifactWriter

    /// Takes in the file at `path`, which the caller made with `stagingFile()`.
    func adopt(_ file: any StagedFile, bytesMax: Int64) async throws -> any ArtifactWriter

    /// A new empty file beside the store, for a download that `adopt` takes in.
    func stagingFile() async throws -> any StagedFile

    /// The size of the file, or nil when there is none.
    func size(_ location: ArtifactLocation) async throws -> Int64?

    /// The bytes of `range`, or of the whole file; throws at once when there is no file or not so much of it.
    func read(_ location: ArtifactLocation, range: Range<Int64>?) async throws -> ArtifactChunks

    /// Removes the file, if there is one.
    func delete(_ location: ArtifactLocation) async throws

    /// Up to `limit` files behind the path `after`, in an order of their paths that is the store's own; fewer only
    /// at the end.
    func files(after: String?, limit: Int) async throws -> [StoredFile]

    /// Removes the file unless somebody wrote it after `moment`; tells whether it did.
    func remove(_ location: ArtifactLocation, unlessChangedSince moment: Date) async throws -> Bool

    /// Drops what writers that are gone had begun and not touched since `moment`; tells how many there were.
    func removeUnfinished(since moment: Date) async throws -> Int

    /// Takes the store's place for the database `owner`; throws `foreign` when it is another's.
    func claim(owner: String) async throws

    /// Throws unless the store takes writes.
    func probe() async throws

    /// Where a client gets the file for some time without the gateway; nil where the store has no such links.
    func link(to location: ArtifactLocation, as form: LinkedForm) -> String?
}

/// How a file is handed out by a link: its media type, and what a `Content-Disposition` header says.
package struct LinkedForm: Sendable, Hashable {
    package let mediaType: String
    package let disposition: String

    package init(mediaType: String, disposition: String) {
        self.mediaType = mediaType
        self.disposition = disposition
    }
}

/// A file of a store, as a sweep finds it.
package struct StoredFile: Sendable, Hashable {
    package let location: ArtifactLocation
    package let modifiedAt: Date
}

/// One file on its way into a store: written, then published, then readable.
package protocol ArtifactWriter: Sendable {
    /// Adds bytes; calls must not overlap.
    func append(_ bytes: [UInt8]) async throws

    /// Ends the writing and tells what was written; nothing can be added after it.
    func seal() async throws -> StoredContent

    /// Makes the file durable and visible at `location`, in place of what is there.
    @discardableResult
    func publish(to location: ArtifactLocation) async throws -> StoredContent

    /// Drops the file; does nothing after `publish`.
    func discard() async
}

/// An empty file that only its holder knows; it goes away with its last reference unless a store adopts it.
package protocol StagedFile: Sendable {
    var path: String { get }
}

extension ArtifactStore {
    /// Largest JSON artifact that is read: a transcript of many hours is far below.
    package static var jsonBytesMax: Int { 64 << 20 }

    package func link(to location: ArtifactLocation, as form: LinkedForm) -> String? { nil }

    /// A place that nobody would share by mistake is not marked.
    package func claim(owner: String) async throws {}

    package func exists(_ location: ArtifactLocation) async throws -> Bool {
        try await size(location) != nil
    }

    /// Writes small content.
    @discardableResult
    package func write(_ bytes: [UInt8], to location: ArtifactLocation) async throws -> StoredContent {
        let writer = try await beginWrite(bytesMax: Int64(bytes.count))
        do {
            try await writer.append(bytes)
            return try await writer.publish(to: location)
        } catch {
            await writer.discard()
            throw error
        }
    }

    /// Reads a whole file of at most `bytesMax` bytes.
    package func data(_ location: ArtifactLocation, bytesMax: Int) async throws -> [UInt8] {
        guard let size = try await size(location) else { throw Self.missing(location) }
        guard size <= Int64(bytesMax) else {
            throw ArtifactError(
                .tooLarge,
                "'\(location)' has \(size) bytes, more than the \(bytesMax) allowed"
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(size))
        for try await chunk in try await read(location, range: nil) {
            guard bytes.count + chunk.count <= bytesMax else {
                throw ArtifactError(.tooLarge, "'\(location)' grew beyond \(bytesMax) bytes")
            }
            bytes += chunk
        }
        return bytes
    }

    static func missing(_ location: ArtifactLocation) -> ArtifactError {
        ArtifactError(.notFound, "there is no '\(location)'")
    }
}
