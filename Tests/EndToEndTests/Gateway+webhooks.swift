import Contracts
import Foundation
import OutboundHTTP
import Testing

extension Gateway {
    /// One request that came, as the subscriber kept it.
    struct Received {
        let id: String
        let timestamp: String
        let signature: String
        let body: String
        let isVerified: Bool

        init(_ line: [String: Any]) {
            id = line["id"] as? String ?? ""
            timestamp = line["timestamp"] as? String ?? ""
            signature = line["signature"] as? String ?? ""
            body = line["body"] as? String ?? ""
            isVerified = line["verified"] as? Bool ?? false
        }

        var headers: String {
            "webhook-id: \(id)\r\nwebhook-timestamp: \(timestamp)\r\nwebhook-signature: \(signature)\r\n"
        }
    }

    private struct Receipt: Decodable { let messageId: String }

    /// Sends a request with a JSON body and reads the answer, which must have this status.
    @discardableResult
    func call<Value: Decodable>(
        _ method: String,
        _ path: String,
        _ body: String = "{}",
        status: Int = 200,
        as type: Value.Type
    ) async throws -> Value {
        let request = HTTPRequest(
            method: method,
            url: url + path,
            headers: [("content-type", "application/json")],
            body: Array(body.utf8)
        )
        let response = try await send(request)
        let text = String(decoding: response.body, as: UTF8.self)
        try #require(response.status == status, "\(method) \(path): \(response.status) \(text)")
        return try WireJSON.decode(type, from: Data(response.body))
    }

    /// Sends a test to an endpoint and returns the message's id.
    func sendTest(to endpointId: String) async throws -> String {
        let path = "/v1/webhook-endpoints/\(endpointId)/test"
        return try await call("POST", path, status: 202, as: Receipt.self).messageId
    }

    /// Sends a test to the endpoint that listens and returns what came of it.
    func receiveTest(at endpointId: String) async throws -> Received {
        let id = try await sendTest(to: endpointId)
        var found: [String: Any]?
        try waitUntil("the test \(id) came", seconds: 120) {
            found = try webhookLines().last { $0["id"] as? String == id }
            return found != nil
        }
        return Received(try #require(found))
    }
}
