import Foundation
import OutboundHTTP
import Signatures

/// Sends requests to a vision service as it wants to know them.
struct VisionServiceAccess: Sendable {
    private enum Way: Sendable {
        case signature(WebhookSigningKey)
        case token(IdentityTokens)
    }

    private let way: Way
    private let call: ProviderCall
    private let now: @Sendable () -> Date

    /// `identities` asks who the gateway is.
    init(
        settings: VisionServiceSettings,
        call: ProviderCall,
        identities: ProviderCall,
        now: @escaping @Sendable () -> Date
    ) {
        self.call = call
        self.now = now
        way =
            switch settings.access {
            case .signature(let key): .signature(key)
            case .identity(let identity):
                .token(IdentityTokens(identity, audience: settings.audience, call: identities, now: now))
            }
    }

    /// The answer, whatever its status; a token that is not taken is replaced once.
    func exchange(_ request: VisionServiceRequests.Named) async throws(CallFailure) -> HTTPResponse {
        switch way {
        case .signature(let key):
            let time = Int64(now().timeIntervalSince1970)
            return try await send(request.signed(with: key, now: time))
        case .token(let tokens):
            let token = try await tokens.token()
            let response = try await send(request.bearing(token))
            guard response.status == 401 else { return response }
            tokens.drop(token)
            let other = try await tokens.token()
            // The same one again would be refused again.
            return other == token ? response : try await send(request.bearing(other))
        }
    }

    private func send(_ request: HTTPRequest) async throws(CallFailure) -> HTTPResponse {
        try await call.exchange(request, answerBytesMax: VisionServiceProvider.reportBytesMax)
    }
}
