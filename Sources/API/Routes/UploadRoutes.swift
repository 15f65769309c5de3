import Artifacts
import Contracts
import HTTPTypes
import Hummingbird
import NIOCore
import Pipeline
import Signatures
import Store

/// Results that a worker uploads while its task lives.
struct UploadRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    var endpoints: [Endpoint] {
        [Endpoint(.put, "/v1/uploads/{token}/{name...}", .token, handler: upload)]
    }

    @Sendable private func upload(_ request: Request, _ context: APIContext) async throws -> Response {
        let token = try context.parameter("token")
        let target = try await services.store.uploadTarget(
            tokenDigest: SHA256Digest.hash(Array(token.utf8))
        )
        guard let target else { throw Problem.noSuchObject }
        guard target.isLive else { throw Self.ended }
        guard let name = ArtifactName(parsing: context.restOfPath) else {
            throw Problem(.invalidRequest, detail: "The path does not end in the name of an artifact.")
        }
        let expected = try Self.announcedDigest(request)
        let stored = try await store(request, name: name, target: target, expecting: expected)
        return try .json(stored, status: .created)
    }

    /// Keeps the bytes when they are what their sender says; they become an artifact with the task's end.
    private func store(
        _ request: Request,
        name: ArtifactName,
        target: UploadTarget,
        expecting sha256: String
    ) async throws -> UploadReceipt {
        guard let location = location(of: name, for: target) else { throw Problem.internalError }
        let limits = configuration.limits
        let bytesMax = name.fileExtension == "json" ? limits.uploadJSONBytesMax : limits.uploadBytesMax
        let tooLarge = Problem(.bodyTooLarge, detail: "'\(name)' may have \(bytesMax) bytes at most.")
        if let announced = try request.announcedBytes, announced > bytesMax { throw tooLarge }
        let writer = try await services.artifacts.beginWrite(bytesMax: bytesMax)
        do {
            try await request.stream(to: writer, bytesMax: bytesMax, tooLarge: tooLarge)
            let content = try await writer.seal()
            guard content.sha256 == sha256 else {
                throw Problem(.invalidRequest, detail: "The body does not have the announced SHA-256.")
            }
            try await writer.publish(to: location)
            let isTaken = try await services.store.recordUpload(
                taskId: target.taskId,
                name: name.description,
                sha256: content.sha256,
                sizeBytes: content.sizeBytes,
                mediaType: name.mediaType,
                location: location.path
            )
            guard isTaken else { throw Self.ended }
            return UploadReceipt(
                name: name.description,
                sha256: content.sha256,
                sizeBytes: content.sizeBytes
            )
        } catch {
            await writer.discard()
            throw error
        }
    }

    private func location(of name: ArtifactName, for target: UploadTarget) -> ArtifactLocation? {
        ArtifactLocation(
            tenantId: target.tenantId,
            runId: target.runId,
            stage: target.stage.rawValue,
            attempt: target.attempt,
            name: name
        )
    }

    private static let ended = Problem(
        .conflict,
        detail: "The task has ended; nothing more is taken from it."
    )

    private static func announcedDigest(_ request: Request) throws(Problem) -> String {
        guard let digest = request.headers[.contentSha256]?.lowercased(), digest.utf8.count == 64,
            Hex.decode(digest) != nil
        else {
            throw Problem(
                .invalidRequest,
                detail: "The X-Content-Sha256 header must hold the SHA-256 of the body in hexadecimal."
            )
        }
        return digest
    }
}
