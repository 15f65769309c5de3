import Contracts
import Foundation
import OutboundHTTP
import Signatures

/// A client as a careful partner writes one: every write has an idempotency key and is sent again until it is
/// answered, to whichever gateway is there.
struct TestClient: Sendable {
    private struct Created: Decodable {
        let id: String
    }

    private static let patienceSeconds = 240.0

    let urls: [String]
    let key: String
    let http: HTTPClient

    /// Subscribes to all events and returns the endpoint's id.
    func subscribe(_ subscriber: Subscriber) async throws -> String {
        let body = #"{"url":"\#(subscriber.url)","secret":"\#(subscriber.secret.reveal())"}"#
        return try await create("/v1/webhook-endpoints", body: body, idempotencyKey: UUID().uuidString)
    }

    /// Posts a run of a linked source until it is accepted, and returns its id.
    func post(source: String, key idempotencyKey: String = UUID().uuidString) async throws -> String {
        let body = """
            {"source":{"url":"\(source)"},"external_id":"\(idempotencyKey)",
             "shorts":{"target_count":2,"min_duration_ms":8000,"aspect_ratios":["9:16"]}}
            """
        return try await create("/v1/runs", body: body, idempotencyKey: idempotencyKey)
    }

    private func create(_ path: String, body: String, idempotencyKey: String) async throws -> String {
        let end = Date().addingTimeInterval(Self.patienceSeconds)
        var turn = 0
        while true {
            var request = HTTPRequest(method: "POST", url: urls[turn % urls.count] + path)
            request.headers = [
                ("authorization", "Bearer \(key)"), ("content-type", "application/json"),
                ("idempotency-key", idempotencyKey),
            ]
            request.body = Array(body.utf8)
            request.timeouts = TransferTimeouts(connectMilliseconds: 1_000, totalMilliseconds: 5_000)
            let response = try? await http.send(request)
            if let response, (200...299).contains(response.status) {
                return try WireJSON.decode(Created.self, from: Data(response.body)).id
            }
            // Only what the documentation calls worth another try is tried again.
            if let response, ![409, 429].contains(response.status), response.status < 500 {
                throw CrashTestError.refused(
                    response.status,
                    String(decoding: response.body, as: UTF8.self)
                )
            }
            guard Date() < end else { throw CrashTestError.notInTime("an answer to POST \(path)") }
            turn += 1
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
