import Contracts
import Hummingbird
import Store

/// Published styles, to read.
struct StyleRoutes: Sendable {
    let services: APIServices

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/v1/styles", .key(.runsRead), handler: list),
            Endpoint(.get, "/v1/styles/{package}/versions", .key(.runsRead), handler: versions),
            Endpoint(.get, "/v1/styles/{package}/versions/{n}", .key(.runsRead), handler: version),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let styles = try await services.store.styles(tenantId: try context.tenantId)
        return try .json(Page(data: styles, hasMore: false, next: nil))
    }

    @Sendable private func versions(_ request: Request, _ context: APIContext) async throws -> Response {
        let package = try context.parameter("package")
        let versions = try await services.store.styleVersions(
            tenantId: try context.tenantId,
            package: package
        )
        guard !versions.isEmpty else { throw Problem.noSuchObject }
        return try .json(Page(data: versions, hasMore: false, next: nil))
    }

    @Sendable private func version(_ request: Request, _ context: APIContext) async throws -> Response {
        let number = try context.parameter("n")
        guard let number = Int(number), (1...1_000_000).contains(number),
            let version = try await services.store.styleVersion(
                tenantId: try context.tenantId,
                package: try context.parameter("package"),
                version: number
            )
        else { throw Problem.noSuchObject }
        return try .json(version)
    }
}
