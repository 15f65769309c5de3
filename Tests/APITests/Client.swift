import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore

/// Sends requests with a key and reads the wire's JSON.
struct Client: Sendable {
    let base: any TestClientProtocol
    let key: String

    var port: Int? { base.port }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        key: String? = nil,
        headers: HTTPFields = [:],
        body: String? = nil
    ) async throws -> Answer {
        try await send(method, path, key: key, headers: headers, bytes: body.map { Array($0.utf8) })
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        key: String? = nil,
        headers: HTTPFields = [:],
        bytes: [UInt8]?
    ) async throws -> Answer {
        var headers = headers
        let key = key ?? self.key
        if !key.isEmpty { headers[.authorization] = "Bearer \(key)" }
        let response = try await base.executeRequest(
            uri: path,
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        )
        return Answer(
            status: response.status.code,
            headers: response.headers,
            body: Data(response.body.readableBytesView)
        )
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
