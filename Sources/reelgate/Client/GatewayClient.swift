import Contracts
import Foundation
import OutboundHTTP

/// Talks to a gateway's HTTP surface on behalf of the command line.
struct GatewayClient: Sendable {
    /// The gateway said no.
    struct Refused: Error, CustomStringConvertible {
        let problem: Problem

        var description: String {
            let details = (problem.errors ?? []).map { "\n  \($0.pointer): \($0.detail)" }.joined()
            return "\(problem.title): \(problem.detail)\(details)"
        }
    }

    let baseURL: String
    private let key: String
    private let http: HTTPClient

    init(settings: Settings) throws {
        let port = try settings.integer(.port, in: 0...65_535)
        baseURL = settings[.gatewayURL] ?? "http://127.0.0.1:\(port)"
        guard let key = settings[.apiKey] ?? settings[.bootstrapKey] else {
            throw Settings.Invalid(
                description: "set \(Setting.apiKey.name) to an API key; `reelgate keys create` makes one"
            )
        }
        self.key = key
        http = HTTPClient(policy: .allowPrivateNetworks)
    }

    func get<Value: Decodable>(_ type: Value.Type, _ path: String) async throws -> Value {
        let response = try await http.send(HTTPRequest(url: baseURL + path, headers: headers()))
        return try decode(type, status: response.status, body: response.body)
    }

    /// All items of a list, page by page.
    func all<Item: Codable & Sendable>(_ type: Item.Type, _ path: String) async throws -> [Item] {
        var items: [Item] = []
        var place = ""
        while true {
            let page = try await get(Page<Item>.self, "\(path)?limit=100\(place)")
            items += page.data
            guard page.hasMore, let next = page.next else { return items }
            place = "&after=\(next)"
        }
    }

    func post<Value: Decodable>(
        _ type: Value.Type,
        _ path: String,
        body: (some Encodable)? = String?.none,
        idempotencyKey: String? = nil
    ) async throws -> Value {
        var headers = headers(contentType: "application/json")
        if let idempotencyKey { headers.append(("idempotency-key", idempotencyKey)) }
        let bytes = try body.map { [UInt8](try WireJSON.encode($0)) } ?? []
        let response = try await http.send(
            HTTPRequest(method: "POST", url: baseURL + path, headers: headers, body: bytes)
        )
        return try decode(type, status: response.status, body: response.body)
    }

    func delete(_ path: String) async throws {
        let response = try await http.send(
            HTTPRequest(method: "DELETE", url: baseURL + path, headers: headers())
        )
        guard (200..<300).contains(response.status) || response.status == 404 else {
            throw refusal(status: response.status, body: response.body)
        }
    }

    /// Streams a file to `POST /v1/assets`; the same bytes again give the same asset.
    func uploadAsset(_ path: String) async throws -> AssetView {
        let request = HTTPRequest(
            method: "PUT",
            url: baseURL + "/v1/assets",
            headers: headers(contentType: "application/octet-stream"),
            timeouts: .handingIn
        )
        let response = try await http.upload(file: path, request: request)
        return try decode(AssetView.self, status: response.status, body: response.body)
    }

    /// Fetches a signed link into a file; from the gateway itself, since redirects are not followed here.
    func download(_ url: String, to path: String, bytesMax: Int64) async throws {
        let request = HTTPRequest(url: url + "&redirect=false")
        let file = try await http.download(request, to: path, bytesMax: bytesMax)
        guard file.isFile else { throw refusal(status: file.status, body: file.errorBody) }
    }

    func shutdown() { http.shutdown() }

    private func headers(contentType: String? = nil) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = [
            ("authorization", "Bearer \(key)"), ("accept", "application/json"),
        ]
        if let contentType { headers.append(("content-type", contentType)) }
        return headers
    }

    private func decode<Value: Decodable>(_ type: Value.Type, status: Int, body: [UInt8]) throws -> Value {
        guard (200..<300).contains(status) else { throw refusal(status: status, body: body) }
        return try WireJSON.decode(type, from: Data(body))
    }

    private func refusal(status: Int, body: [UInt8]) -> Refused {
        if let problem = try? WireJSON.decode(Problem.self, from: Data(body)) {
            return Refused(problem: problem)
        }
        return Refused(
            problem: Problem(
                .internalError,
                detail: "the gateway answered \(status) without a problem document"
            )
        )
    }
}
