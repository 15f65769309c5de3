import Foundation
import Signatures

@testable import Providers

/// A callback of `webhooks/callbacks`, as its provider would post it.
struct CallbackFixture: Decodable {
    var headers: [String: String]
    var query: String?
    var body: String
    var note: String

    init(_ path: String) throws {
        self = try JSONDecoder().decode(
            Self.self,
            from: try Data(contentsOf: Self.folder.appending(path: path))
        )
    }

    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "webhooks/callbacks")

    func incoming(secret: Secret? = SpeechBench.secret) -> IncomingCallback {
        IncomingCallback(
            headers: CallbackHeaders(headers.map { ($0.key, $0.value) }),
            query: CallbackQuery(query ?? ""),
            body: Array(body.utf8),
            secret: secret
        )
    }

    var told: ToldCallback {
        ToldCallback(trust: .secret, query: CallbackQuery(query ?? ""), body: Array(body.utf8))
    }
}
