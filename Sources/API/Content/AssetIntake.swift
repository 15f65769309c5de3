import Artifacts
import Contracts
import Hummingbird
import NIOCore
import Store

/// Takes an uploaded source into the store: streamed, hashed on the way, known by its hash afterwards.
struct AssetIntake: Sendable {
    let services: APIServices
    let bytesMax: Int64

    /// The asset and whether it is a new one.
    func take(
        _ request: Request,
        _ context: APIContext
    ) async throws -> (asset: AssetView, isNew: Bool) {
        let tenantId = try context.tenantId
        if let announced = try request.announcedBytes {
            guard announced <= bytesMax else { throw tooLarge }
            guard announced > 0 else { throw Self.empty }
        }
        let writer = try await services.artifacts.beginWrite(bytesMax: bytesMax)
        do {
            let received = try await request.stream(
                to: writer,
                bytesMax: bytesMax,
                tooLarge: tooLarge,
                context
            )
            guard received > 0 else { throw Self.empty }
            return try await keep(writer, tenantId: tenantId)
        } catch {
            await writer.discard()
            throw error
        }
    }

    private func keep(
        _ writer: any ArtifactWriter,
        tenantId: String
    ) async throws -> (asset: AssetView, isNew: Bool) {
        let content = try await writer.seal()
        guard let location = ArtifactLocation(tenantId: tenantId, assetSha256: content.sha256) else {
            throw Problem.internalError
        }
        let known = try await services.store.asset(tenantId: tenantId, sha256: content.sha256)
        // Published also when it is known: the same bytes in the same place, and a lost file is mended by it.
        try await writer.publish(to: location)
        let asset = try await services.store.insertAsset(
            tenantId: tenantId,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            location: location.path
        )
        return (asset.view, known == nil)
    }

    private var tooLarge: Problem {
        Problem(.sourceTooLarge, detail: "A source may have \(bytesMax) bytes at most.")
    }

    private static let empty = Problem(.sourceEmpty, detail: "The body is empty; send the bytes of a video.")
}
