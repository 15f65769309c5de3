import OutboundHTTP

/// One object that is being read, a piece at a time, all of the same version.
actor S3ArtifactReader {
    /// What is handed out at once.
    private static let chunkBytes = 256 << 10

    private let store: S3ArtifactStore
    private let location: ArtifactLocation
    private let asked: Range<Int64>?
    private var end: Int64 = 0
    /// Where the next piece begins.
    private var offset: Int64
    private var piece: ArraySlice<UInt8> = []
    /// Of the version that was begun with.
    private var version: Version?

    /// What tells one version of an object from another.
    private struct Version: Sendable, Hashable {
        let total: Int64
        let tag: String?

        /// A weak tag never matches, by RFC 9110.
        var matchableTag: String? { tag.flatMap { $0.hasPrefix("W/") ? nil : $0 } }
    }

    private struct Piece: Sendable {
        let bytes: [UInt8]
        let version: Version
    }

    private var limits: S3Limits { store.requests.configuration.limits }

    init(store: S3ArtifactStore, location: ArtifactLocation, range: Range<Int64>?) {
        self.store = store
        self.location = location
        asked = range
        offset = range?.lowerBound ?? 0
    }

    /// Fetches the first piece, and with it whether there is an object and enough of it.
    func open() async throws {
        guard offset >= 0 else { throw ArtifactError(.rangeOutside, "'\(location)' has no such range") }
        if let asked, asked.isEmpty { return try await openEmpty(upTo: asked.upperBound) }
        let last = asked?.upperBound ?? offset + limits.firstPieceBytes
        do {
            let first = try await fetch(offset..<min(last, offset + limits.firstPieceBytes))
            let total = first.version.total
            end = asked?.upperBound ?? total
            guard end <= total else { throw outside(total) }
            version = first.version
            take(first.bytes)
        } catch let failure as S3Failure {
            if failure.isMissing { throw S3ArtifactStore.missing(location) }
            // No byte of an empty object can be asked for, nor one behind the end.
            guard failure.status == 416 else { throw failure.artifactError }
            try await openEmpty(upTo: asked?.upperBound ?? 0)
        }
    }

    /// The next bytes, nil at the end.
    func next() async throws -> [UInt8]? {
        if piece.isEmpty {
            guard offset < end else { return nil }
            let range = offset..<min(end, offset + limits.pieceBytes)
            do {
                let piece = try await fetch(range)
                // Also where the store was not asked for one version, or does not heed that.
                guard piece.version == version else { throw changed }
                take(piece.bytes)
            } catch let failure as S3Failure {
                // 412: another version has taken its place.
                guard failure.isMissing || failure.status == 412 else { throw failure.artifactError }
                throw changed
            }
        }
        let chunk = Array(piece.prefix(Self.chunkBytes))
        piece = piece.dropFirst(chunk.count)
        return chunk
    }

    private func take(_ bytes: [UInt8]) {
        piece = bytes[...]
        offset += Int64(bytes.count)
    }

    private func openEmpty(upTo bound: Int64) async throws {
        guard let size = try await store.size(location) else { throw S3ArtifactStore.missing(location) }
        guard bound <= size else { throw outside(size) }
        guard asked?.isEmpty ?? (size == 0) else {
            throw ArtifactError(.ioFailed, "the object store gives no bytes of '\(location)'")
        }
        end = offset
    }

    private var changed: ArtifactError { ArtifactError(.ioFailed, "'\(location)' changed while it was read") }

    private func outside(_ size: Int64) -> ArtifactError {
        ArtifactError(.rangeOutside, "'\(location)' has only \(size) bytes")
    }

    private func fetch(_ range: Range<Int64>) async throws -> Piece {
        let request = store.requests.get(location.path, range: range, tag: version?.matchableTag)
        return try await store.client.send(request) { response throws(S3Failure) in
            try Self.piece(response, range)
        }
    }

    /// Exactly the bytes that were asked for, or those up to the object's end.
    private static func piece(_ response: HTTPResponse, _ range: Range<Int64>) throws(S3Failure) -> Piece {
        let tag = response.header("etag").flatMap { $0.utf8.count <= 256 ? $0 : nil }
        let count = Int64(response.body.count)
        if response.status == 206 {
            guard let place = S3Answers.contentRange(response.header("content-range")) else {
                throw .odd("does not say which bytes it sends")
            }
            guard place.range == range.lowerBound..<min(range.upperBound, place.total) else {
                throw .odd("sent another range than asked for")
            }
            guard count == place.range.upperBound - place.range.lowerBound else {
                throw .odd("sent \(count) bytes where it announced others")
            }
            return Piece(bytes: response.body, version: Version(total: place.total, tag: tag))
        }
        // A store that knows no ranges sends the whole object, which will do when that is not more.
        guard response.status == 200, range.lowerBound == 0, count <= range.upperBound else {
            throw S3Failure(
                status: response.status,
                detail: "the object store sends whole objects where a range is asked for",
                isRetryable: false
            )
        }
        return Piece(bytes: response.body, version: Version(total: count, tag: tag))
    }
}
