import Artifacts
import Contracts
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers with bytes of the artifact store: whole, in part, or not at all when the client has them.
struct ContentResponder: Sendable {
    let artifacts: any ArtifactStore

    func respond(
        _ content: ServedContent,
        to request: Request,
        by way: ContentWay = .through
    ) async throws -> Response {
        let tag = EntityTag.value(sha256: content.sha256)
        var headers: HTTPFields = [
            .eTag: tag,
            .acceptRanges: "bytes",
            // What a digest names never changes, and it is its owner's alone.
            .cacheControl: content.isFixed ? "private, max-age=3600, immutable" : "private, no-cache",
        ]
        if EntityTag.matches(request.headers[.ifNoneMatch], tag: tag) {
            return Response(status: .notModified, headers: headers)
        }
        let disposition = "\(content.isInline ? "inline" : "attachment"); filename=\"\(content.fileName)\""
        let form = LinkedForm(mediaType: content.mediaType, disposition: disposition)
        if way == .redirect, let link = artifacts.link(to: content.location, as: form) {
            try await checkThere(content)
            // The link is over soon, and nobody may keep it for another.
            return Response(
                status: .temporaryRedirect,
                headers: [.location: link, .cacheControl: "no-store"]
            )
        }
        headers[.contentType] = content.mediaType
        headers[.contentDisposition] = disposition
        switch range(of: request, tag: tag, size: content.sizeBytes) {
        case .whole:
            return try await send(content, 0..<content.sizeBytes, status: .ok, headers: headers)
        case .part(let range):
            headers[.contentRange] =
                "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(content.sizeBytes)"
            return try await send(content, range, status: .partialContent, headers: headers)
        case .unsatisfiable:
            let problem = Problem(
                .rangeNotSatisfiable,
                detail: "The content has \(content.sizeBytes) bytes."
            )
            throw Refusal(problem, headers: [.contentRange: "bytes */\(content.sizeBytes)"])
        }
    }

    /// A range holds only for the content that the client began with (`If-Range`).
    private func range(of request: Request, tag: String, size: Int64) -> ByteRange {
        if let condition = request.headers[.ifRange], condition != tag { return .whole }
        return ByteRange.parse(request.headers[.range], size: size)
    }

    private func checkThere(_ content: ServedContent) async throws {
        guard try await artifacts.exists(content.location) else {
            throw Problem(.artifactMissing, detail: "The content is not in the store any more.")
        }
    }

    private func send(
        _ content: ServedContent,
        _ range: Range<Int64>,
        status: HTTPResponse.Status,
        headers: HTTPFields
    ) async throws -> Response {
        // Looked up before the head goes out: afterwards nothing but a broken connection could tell.
        try await checkThere(content)
        var headers = headers
        headers[.contentLength] = String(range.upperBound - range.lowerBound)
        let (artifacts, location) = (artifacts, content.location)
        let body = ResponseBody(contentLength: Int(range.upperBound - range.lowerBound)) { writer in
            if !range.isEmpty {
                for try await chunk in try await artifacts.read(location, range: range) {
                    try await writer.write(ByteBuffer(bytes: chunk))
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }
}
