import Artifacts
import Contracts
import Hummingbird
import Store

/// Sources: uploaded, read, fetched again by workers.
struct AssetRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    private var store: Store { services.store }

    var endpoints: [Endpoint] {
        [
            Endpoint(.post, "/v1/assets", .key(.runsWrite), handler: upload),
            // `curl -T file` says PUT.
            Endpoint(.put, "/v1/assets", .key(.runsWrite), handler: upload),
            Endpoint(.get, "/v1/assets/{id}", .key(.runsRead), handler: read),
            Endpoint(
                .get,
                "/v1/assets/{id}/content",
                .keyOrLink(.runsRead),
                query: ContentWay.query,
                handler: content
            ),
        ]
    }

    @Sendable private func upload(_ request: Request, _ context: APIContext) async throws -> Response {
        let intake = AssetIntake(services: services, bytesMax: configuration.limits.assetBytesMax)
        let (asset, isNew) = try await intake.take(request, context)
        return try .json(
            asset,
            status: isNew ? .created : .ok,
            headers: [.location: "/v1/assets/\(asset.id)"]
        )
    }

    @Sendable private func read(_ request: Request, _ context: APIContext) async throws -> Response {
        let asset = try await store.asset(tenantId: try context.tenantId, id: try context.id(.asset))
        guard let asset else { throw Problem.noSuchObject }
        return try .json(asset.view)
    }

    @Sendable private func content(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.asset)
        let asset =
            if let tenantId = context.principal?.tenantId {
                try await store.asset(tenantId: tenantId, id: id)
            } else {
                try await store.asset(id: id)
            }
        guard let asset else { throw Problem.noSuchObject }
        let content = ServedContent(
            location: try ServedContent.location(asset.location),
            sha256: asset.sha256,
            sizeBytes: asset.sizeBytes,
            mediaType: "application/octet-stream",
            fileName: asset.id,
            isInline: false
        )
        return try await ContentResponder(artifacts: services.artifacts)
            .respond(content, to: request, by: ContentWay(request))
    }
}
