import Artifacts
import Contracts
import Hummingbird
import Store

/// The bytes of what stages published, and of the pictures of styles.
struct ArtifactRoutes: Sendable {
    let services: APIServices

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/artifacts/{id}/content",
                .keyOrLink(.runsRead),
                query: ContentWay.query,
                handler: content
            ),
            Endpoint(
                .get,
                "/v1/style-assets/{sha256}",
                .link,
                query: Authenticator.linkQuery,
                handler: styleAsset
            ),
        ]
    }

    @Sendable private func content(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.artifact)
        let artifact =
            if let tenantId = context.principal?.tenantId {
                try await services.store.artifact(tenantId: tenantId, id: id)
            } else {
                try await services.store.artifact(id: id)
            }
        guard let artifact else { throw Problem.noSuchObject }
        guard artifact.removedAt == nil else {
            throw Problem(
                .artifactRemoved,
                detail: "The bytes of artifact '\(artifact.name)' are not kept any more."
            )
        }
        return try await respond(
            ServedContent(
                location: try ServedContent.location(artifact.location),
                sha256: artifact.sha256,
                sizeBytes: artifact.sizeBytes,
                mediaType: artifact.mediaType,
                fileName: artifact.name.description.replacing("/", with: "-"),
                isInline: true
            ),
            to: request,
            by: ContentWay(request)
        )
    }

    @Sendable private func styleAsset(_ request: Request, _ context: APIContext) async throws -> Response {
        let sha256 = try context.parameter("sha256")
        guard let asset = try await services.store.styleAsset(sha256: sha256) else {
            throw Problem.noSuchObject
        }
        return try await respond(
            ServedContent(
                location: try ServedContent.location(asset.location),
                sha256: sha256,
                sizeBytes: asset.sizeBytes,
                mediaType: asset.mediaType,
                fileName: "\(sha256).\(asset.mediaType == "image/png" ? "png" : "audio")",
                isInline: true
            ),
            to: request,
            by: .through
        )
    }

    private func respond(
        _ content: ServedContent,
        to request: Request,
        by way: ContentWay
    ) async throws -> Response {
        try await ContentResponder(artifacts: services.artifacts).respond(content, to: request, by: way)
    }
}
