import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Signatures

/// Lets a request pass only when its signature verifies over its raw bytes.
struct SignatureGate<Context: RequestContext>: RouterMiddleware {
    /// Longest body that is read.
    static var bodyBytesMax: Int { 8 << 20 }

    let secret: WebhookSecret
    let now: @Sendable () -> Int64

    @concurrent func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var request = request
        let body = try await request.collectBody(upTo: Self.bodyBytesMax)
        let headers = WebhookHeaders(
            id: request.header(WebhookHeaders.idName),
            timestamp: request.header(WebhookHeaders.timestampName),
            signature: request.header(WebhookHeaders.signatureName)
        )
        do throws(SignatureError) {
            try WebhookSignature.verify(
                headers,
                body: Array(body.readableBytesView),
                secrets: [secret],
                now: now()
            )
        } catch {
            throw Problem(.invalidSignature, detail: error.description)
        }
        return try await next(request, context)
    }
}

extension Request {
    /// The first header of that name.
    fileprivate func header(_ name: String) -> String? {
        headers.first { $0.name.canonicalName == name }?.value
    }
}
