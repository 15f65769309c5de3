import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Providers
import Signatures
import Store

/// Callbacks of providers: stored before they are answered, and applied then and there where no file has to be
/// looked at.
struct CallbackRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration
    let counters: CallbackCounters
    /// Long bodies are held in memory until they are stored.
    let largeBodies: StreamSlots

    static let messageIdBytesMax = 255
    static let externalIdBytesMax = 255
    /// A longer body takes one of the few places for such.
    static let smallBytesMax: Int64 = 1 << 20
    static let largeBodiesMax = 3

    var endpoints: [Endpoint] {
        [
            // Some providers say in the query what happened.
            Endpoint(.post, "/v1/callbacks/{provider}/{token}", .token, query: nil, handler: receiveByToken),
            Endpoint(.post, "/v1/callbacks/{provider}", .token, query: nil, handler: receiveByExternalId),
        ]
    }

    @Sendable private func receiveByToken(
        _ request: Request,
        _ context: APIContext
    ) async throws -> Response {
        try await receive(request, token: try context.parameter("token"), context)
    }

    @Sendable private func receiveByExternalId(
        _ request: Request,
        _ context: APIContext
    ) async throws -> Response {
        try await receive(request, token: nil, context)
    }

    private func receive(_ request: Request, token: String?, _ context: APIContext) async throws -> Response {
        guard let provider = services.providers[try context.parameter("provider")],
            token != nil || provider.namesTasks
        else { throw Problem.noSuchObject }
        let bytesMax = min(configuration.limits.callbackBytesMax, provider.callbackBytesMax)
        // A body that tells no length may be as long as it may be.
        let isLarge = min(try request.announcedBytes ?? .max, Int64(bytesMax)) > Self.smallBytesMax
        let place = isLarge ? largeBodies.take() : nil
        guard !isLarge || place != nil else {
            throw Problem(.unavailable, detail: "Too many large callbacks are coming in; send it again.")
        }
        defer { place?.release() }
        var arrival = Arrival(
            provider: provider,
            secret: token.map { services.callbackSecrets.secret(provider: provider.name, token: $0) },
            tokenDigest: token.map { SHA256Digest.hash(Array($0.utf8)) },
            headers: request.headers,
            query: CallbackQuery(request.uri.query ?? "")
        )
        do {
            arrival.body = try await request.boundedBody(bytesMax: bytesMax, context)
        } catch let problem as Problem where problem.slug == Problem.Slug.bodyTooLarge.rawValue {
            // Nothing of what nobody may send is kept, but that somebody did.
            try await refuse(arrival, as: "too_large", reason: "its body is longer than \(bytesMax) bytes")
            throw problem
        }
        return try await receive(arrival)
    }

    /// What it is about: a token is the same for all attempts of a task, so a name counts for more.
    private static func address(_ arrival: Arrival) -> NewCallback.Address? {
        if let id = arrival.provider.subject(ofCallback: arrival.bytes), !id.isEmpty,
            id.utf8.count <= externalIdBytesMax
        {
            return .external(id: id)
        }
        return arrival.tokenDigest.map { .token(digest: $0) }
    }

    private func receive(_ arrival: Arrival) async throws -> Response {
        let provider = arrival.provider
        let messageId: String
        let trust: CallbackTrust
        switch await provider.verify(arrival.incoming) {
        case .rejected(let reason):
            try await refuse(arrival, as: "rejected", reason: reason)
            throw Problem(.invalidSignature, detail: "The callback is refused: \(reason).")
        case .undecided(let reason):
            counters.count(provider: provider.name, outcome: "undecided")
            throw Problem(.unavailable, detail: "The callback cannot be checked now: \(reason).")
        case .settled:
            counters.count(provider: provider.name, outcome: "settled")
            return Self.accepted("settled")
        case .verified(let id, let known):
            (messageId, trust) = (id, known)
        }
        guard messageId.utf8.count <= Self.messageIdBytesMax else {
            let reason = "the id of its message is longer than \(Self.messageIdBytesMax) bytes"
            try await refuse(arrival, as: "unreadable", reason: reason)
            throw Problem(.invalidRequest, detail: "The callback is refused: \(reason).")
        }
        guard let address = Self.address(arrival) else {
            try await refuse(arrival, as: "unreadable", reason: "it does not say which task it is about")
            throw Problem(.invalidRequest, detail: "The callback does not say which task it is about.")
        }
        let receipt = try await services.store.receive(
            arrival.callback(messageId: messageId, trust: trust, address: address)
        )
        counters.count(provider: provider.name, outcome: receipt.outcome)
        return try await answer(receipt, arrival)
    }

    private func answer(_ receipt: CallbackReceipt, _ arrival: Arrival) async throws -> Response {
        switch receipt {
        case .stored:
            services.wakeRuntime()
            // A hosted provider may repeat a callback that is answered by anything but 200.
            let isSignal = arrival.provider.callbackMeaning == .signals
            return Self.accepted("stored", status: isSignal ? .ok : .accepted)
        case .applied(let result, let givesWork):
            if givesWork { services.wakeRuntime() }
            return Self.accepted(result == .applied ? "applied" : result.rawValue)
        case .duplicate:
            return Self.accepted("duplicate")
        case .unmatched:
            services.wakeRuntime()
            return Self.accepted("unmatched", status: .accepted)
        case .unreadable:
            throw Problem(
                .invalidRequest,
                detail: "The callback cannot be understood; it is kept for operators."
            )
        case .conflict:
            throw Problem(.conflict, detail: "This message id came before with another body.")
        case .unknownTask:
            try await refuse(arrival, as: nil, reason: "no task has this token")
            throw Problem.noSuchObject
        }
    }

    /// Keeps what is not believed for the operators, counted under `outcome`.
    private func refuse(_ arrival: Arrival, as outcome: String?, reason: String) async throws {
        if let outcome { counters.count(provider: arrival.provider.name, outcome: outcome) }
        try await services.store.refuse(arrival.refused(reason: reason))
        if arrival.provider.callbackMeaning == .signals { services.wakeRuntime() }
    }

    private static func accepted(_ status: String, status code: HTTPResponse.Status = .ok) -> Response {
        .encoded(Data(#"{"status":"\#(status)"}"#.utf8), status: code)
    }
}
