import Contracts
import Foundation
import HTTPTypes
import OutboundHTTP

/// Sends requests with a key and reads the wire's JSON.
struct Client: Sendable {
    private static let answerBytesMax = 64 << 20

    let http: HTTPClient
    let port: Int
    let key: String

    func send(
        _ method: HTTPTypes.HTTPRequest.Method,
        _ path: String,
        key: String? = nil,
        headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> Answer {
        try await send(method, path, key: key, headers: headers, bytes: body.map { Array($0.utf8) })
    }

    func send(
        _ method: HTTPTypes.HTTPRequest.Method,
        _ path: String,
        key: String? = nil,
        headers: HTTPFields = [:],
        bytes: [UInt8]?
    ) async throws -> Answer {
        var headers = headers
        let key = key ?? self.key
        if !key.isEmpty { headers[.authorization] = "Bearer \(key)" }
        let response = try await http.send(
            OutboundHTTP.HTTPRequest(
                method: method.rawValue,
                url: "http://127.0.0.1:\(port)\(path)",
                headers: headers.map { (name: $0.name.rawName, value: $0.value) },
                body: bytes,
                limits: ResponseLimits(keptBytesMax: Self.answerBytesMax)
            )
        )
        return Answer(
            status: response.status,
            headers: Self.fields(response.headers),
            body: Data(response.body)
        )
    }

    private static func fields(_ headers: [(name: String, value: String)]) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return fields
    }

    func get(_ path: String, key: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, key: key, headers: headers)
    }

    func post(
        _ path: String,
        _ body: String,
        key: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await send(.post, path, key: key, headers: headers, body: body)
    }
}

/// What came back.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: Data

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try WireJSON.decode(type, from: body)
    }

    var problem: Problem {
        get throws { try decode(Problem.self) }
    }

    /// The pointers of everything found wrong, in order.
    var pointers: [String] {
        get throws { try problem.errors?.map(\.pointer) ?? [] }
    }

    var text: String { String(decoding: body, as: UTF8.self) }
}
