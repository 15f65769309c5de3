import OutboundHTTP
import Signatures
import Threads

/// Makes an object of a staged file.
struct S3Sender: Sendable {
    let store: S3ArtifactStore
    let pool: ThreadPool

    private var client: S3Client { store.client }
    private var requests: S3Requests { store.requests }
    private var limits: S3Limits { requests.configuration.limits }

    @discardableResult
    func send(_ staged: StagedContent, to path: String) async throws -> StoredContent {
        let content = try await pool.run { try staged.close() }
        try await asArtifactError {
            if content.sizeBytes <= limits.singleBytesMax {
                try await put(staged, content, to: path)
            } else {
                try await sendParts(staged, content, to: path)
            }
        }
        return content
    }

    private func put(_ staged: StagedContent, _ content: StoredContent, to path: String) async throws {
        let checksum = Hex.decode(content.sha256).map { Base64.encode($0) }
        try await client.send(requests.put(staged.file.path, content: content, to: path)) {
            response throws(S3Failure) in
            try Self.checkChecksum(response, checksum)
        }
    }

    /// Whatever ends the upload before its time also drops it; what a crash leaves is swept later.
    private func sendParts(_ staged: StagedContent, _ content: StoredContent, to path: String) async throws {
        let id = try await client.send(requests.beginParts(of: content, at: path)) {
            response throws(S3Failure) in
            guard let id = S3Answers.uploadId(response.body) else {
                throw .odd("did not name the upload that it began")
            }
            return id
        }
        let upload = S3Upload(id: id, location: path)
        do {
            let parts = try await sendAll(staged, content, of: upload)
            try await complete(upload, parts: parts, content)
        } catch {
            let (client, requests) = (client.brief, requests)
            // The task may be cancelled, which must not keep it from tidying up: hence one of its own.
            await Task { _ = try? await client.send(requests.abort(upload)) { _ in } }.value
            throw error
        }
    }

    private func sendAll(
        _ staged: StagedContent,
        _ content: StoredContent,
        of upload: S3Upload
    ) async throws -> [S3Part] {
        let partBytes = S3Upload.partBytes(size: content.sizeBytes, least: limits.partBytesMin)
        let ranges = S3Upload.ranges(size: content.sizeBytes, partBytes: partBytes)
        return try await withThrowingTaskGroup(of: S3Part.self) { group in
            var waiting = ranges.enumerated().makeIterator()
            func sendNext() {
                guard let (index, range) = waiting.next() else { return }
                group.addTask { try await sendPart(index + 1, range, staged, of: upload) }
            }
            for _ in 0..<limits.partsAtOnceMax { sendNext() }
            var parts: [S3Part] = []
            while let part = try await group.next() {
                parts.append(part)
                sendNext()
            }
            return parts
        }
    }

    private func sendPart(
        _ number: Int,
        _ range: Range<Int64>,
        _ staged: StagedContent,
        of upload: S3Upload
    ) async throws -> S3Part {
        let digest = try await pool.run { try staged.digest(of: range) }
        let checksum = requests.configuration.hasChecksums ? Base64.encode(digest) : nil
        let request = requests.part(
            number,
            of: upload,
            path: staged.file.path,
            range: range,
            digest: digest
        )
        return try await client.send(request) { response throws(S3Failure) in
            try Self.checkChecksum(response, Base64.encode(digest))
            guard let tag = response.header("etag"), (1...256).contains(tag.utf8.count) else {
                throw .odd("did not name a part that it took")
            }
            return S3Part(number: number, tag: tag, checksum: checksum)
        }
    }

    /// A lost answer leaves open whether the object is there; then the upload is gone, and the object tells.
    private func complete(_ upload: S3Upload, parts: [S3Part], _ content: StoredContent) async throws {
        do {
            try await client.send(requests.complete(upload, parts: parts)) { response throws(S3Failure) in
                guard S3Answers.isCompleted(response.body) else {
                    throw S3Failure(unfinished: response)
                }
            }
        } catch let failure as S3Failure where failure.word == "NoSuchUpload" {
            let facts = try await store.facts(of: upload.location)
            guard facts?.sizeBytes == content.sizeBytes, facts?.sha256 == content.sha256 else {
                throw failure
            }
        }
    }

    /// Where the store tells what it took, it must be what was sent.
    private static func checkChecksum(_ response: HTTPResponse, _ sent: String?) throws(S3Failure) {
        guard let told = response.header("x-amz-checksum-sha256"), told != sent else { return }
        throw .odd("took other bytes than were sent")
    }
}
