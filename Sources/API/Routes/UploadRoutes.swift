import Contracts
import HTTPTypes
import Hummingbird
import Signatures

/// Results that a worker uploads while its task lives.
struct UploadRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    var endpoints: [Endpoint] {
        [Endpoint(.put, "/v1/uploads/{token}/{name...}", .token, handler: upload)]
    }

    @Sendable private func upload(_ request: Request, _ context: APIContext) async throws -> Response {
        let intake = UploadIntake(
            services: services,
            limits: configuration.limits,
            tokenDigest: SHA256Digest.hash(Array(try context.parameter("token").utf8))
        )
        return try .json(await intake.take(request, context), status: .created)
    }
}
