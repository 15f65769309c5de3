import Artifacts
import Contracts
import HTTPTypes
import Hummingbird
import Pipeline
import Providers
import Signatures
import Store
import Threads

/// Takes a result of a live task into the store; it becomes an artifact with the task's end.
struct UploadIntake: Sendable {
    let services: APIServices
    let limits: APILimits
    let tokenDigest: [UInt8]

    func take(_ request: Request, _ context: APIContext) async throws -> UploadReceipt {
        let target = try await liveTarget()
        let expected = try Self.announcedDigest(request)
        guard let name = ArtifactName(parsing: context.restOfPath),
            let location = Self.location(of: name, sha256: expected, for: target)
        else { throw Problem(.invalidRequest, detail: "The path does not end in the name of an artifact.") }
        let bytesMax = name.fileExtension == "json" ? limits.uploadJSONBytesMax : limits.uploadBytesMax
        let tooLarge = Problem(.bodyTooLarge, detail: "'\(name)' may have \(bytesMax) bytes at most.")
        if let announced = try request.announcedBytes, announced > bytesMax { throw tooLarge }
        let writer = try await services.artifacts.beginWrite(bytesMax: bytesMax)
        do {
            try await request.stream(to: writer, bytesMax: bytesMax, tooLarge: tooLarge, context)
            let content = try await writer.seal()
            guard content.sha256 == expected else {
                throw Problem(.invalidRequest, detail: "The body does not have the announced SHA-256.")
            }
            // The upload may have taken long. Should the task end just now, this lands beside what it has published.
            _ = try await liveTarget()
            try await writer.publish(to: location)
            CrashPoint.uploadWritten.pass()
            let receipt = try await record(name, content: content, location: location, target: target)
            CrashPoint.uploadAfterCommit.pass()
            return receipt
        } catch {
            await writer.discard()
            throw error
        }
    }

    private func liveTarget() async throws -> UploadTarget {
        guard let target = try await services.store.uploadTarget(tokenDigest: tokenDigest) else {
            throw Problem.noSuchObject
        }
        // A hosted provider has the token in its callback's address, and none that keeps its files brings any: to
        // whoever shows such a token here, it is nobody's.
        guard let provider = services.providers[target.provider], provider.uploadsResults else {
            throw Problem.noSuchObject
        }
        guard target.isLive else { throw Self.ended }
        return target
    }

    private func record(
        _ name: ArtifactName,
        content: StoredContent,
        location: ArtifactLocation,
        target: UploadTarget
    ) async throws -> UploadReceipt {
        let isTaken = try await services.store.recordUpload(
            taskId: target.taskId,
            name: name.description,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            mediaType: name.mediaType,
            location: location.path
        )
        guard isTaken else { throw Self.ended }
        return UploadReceipt(name: name.description, sha256: content.sha256, sizeBytes: content.sizeBytes)
    }

    private static let ended = Problem(
        .conflict,
        detail: "The task has ended; nothing more is taken from it."
    )

    private static func location(
        of name: ArtifactName,
        sha256: String,
        for target: UploadTarget
    ) -> ArtifactLocation? {
        ArtifactLocation(
            tenantId: target.tenantId,
            runId: target.runId,
            stage: target.stage.rawValue,
            attempt: target.attempt,
            name: name,
            sha256: sha256
        )
    }

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
