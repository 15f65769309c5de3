import Foundation
import OutboundHTTP
import Signatures
import Threads

/// The identity token for one audience, asked for when it is needed and kept until shortly before it ends.
///
/// Two that ask at the same moment may both fetch one: either is good.
final class IdentityTokens: Sendable {
    /// A token is not used in its last seconds: it would end on its way.
    static let spareSeconds: Int64 = 60

    private let requests: GoogleIdentityRequests
    private let call: ProviderCall
    private let now: @Sendable () -> Date
    private let kept = Locked<IdentityToken?>(nil)

    init(
        _ identity: GoogleIdentity,
        audience: String,
        call: ProviderCall,
        now: @escaping @Sendable () -> Date
    ) {
        requests = GoogleIdentityRequests(identity: identity, audience: audience)
        self.call = call
        self.now = now
    }

    /// A failure says that nothing was done yet for whoever wanted the token.
    func token() async throws(CallFailure) -> Secret {
        let time = Int64(now().timeIntervalSince1970)
        if let token = kept.withLock(\.self), token.endsAt - Self.spareSeconds > time { return token.text }
        let request = try ProviderCall.writtenToAsk { try requests.token(now: time) }
        do throws(CallFailure) {
            let response = try await call.send(
                request,
                answerBytesMax: ProviderCall.receiptBytesMax,
                words: GoogleIdentityAnswers.words
            )
            let token = try read(response)
            kept.withLock { $0 = token }
            return token.text
        } catch {
            throw Self.beforehand(error)
        }
    }

    /// The token is not taken, though it has not ended.
    func drop(_ token: Secret) {
        kept.withLock { kept in
            if kept?.text == token { kept = nil }
        }
    }

    private func read(_ response: HTTPResponse) throws(CallFailure) -> IdentityToken {
        do throws(AnswerFault) {
            return try GoogleIdentityAnswers.token(
                response,
                from: requests.identity,
                audience: requests.audience
            )
        } catch {
            throw call.malformed(error.reason)
        }
    }

    /// Who has no token has asked the service nothing.
    private static func beforehand(_ failure: CallFailure) -> CallFailure {
        let kind: AnswerClass =
            switch failure.kind {
            case .busy: .busy
            case .refused, .unknown: .refused
            case .success, .away, .unclear: .away
            }
        return CallFailure(
            kind,
            failure.problem,
            status: failure.status,
            retryAfterMs: failure.retryAfterMs
        )
    }
}
