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
    private var tag: String?

    private struct Piece: Sendable {
        let bytes: [UInt8]
        let total: Int64
        let tag: String?
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
            end = asked?.upperBound ?? first.total
            guard end <= first.total else { throw outside(first.total) }
            tag = first.tag
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
                take(try await fetch(range).bytes)
            } catch let failure as S3Failure {
                // 412: another version has taken its place.
                guard failure.isMissing || failure.status == 412 else { throw failure.artifactError }
                throw ArtifactError(.ioFailed, "'\(location)' changed while it was read")
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

    private func outside(_ size: Int64) -> ArtifactError {
        ArtifactError(.rangeOutside, "'\(location)' has only \(size) bytes")
    }

    private func fetch(_ range: Range<Int64>) async throws -> Piece {
        let request = store.requests.get(location.path, range: range, tag: tag)
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
            return Piece(bytes: response.body, total: place.total, tag: tag)
        }
        // A store that knows no ranges sends the whole object, which will do when that is not more.
        guard response.status == 200, range.lowerBound == 0, count <= range.upperBound else {
            throw S3Failure(
                status: response.status,
                detail: "the object store sends whole objects where a range is asked for",
                isRetryable: false
            )
        }
        return Piece(bytes: response.body, total: count, tag: tag)
    }
}
