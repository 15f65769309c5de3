import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer in the wire's JSON.
    static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) throws -> Response {
        encoded(try WireJSON.encode(value), status: status, headers: headers)
    }

    /// An answer of JSON bytes that were made before.
    static func encoded(_ body: Data, status: HTTPResponse.Status, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// A problem document.
    static func problem(_ problem: Problem, requestId: String, headers: HTTPFields = [:]) -> Response {
        var problem = problem
        problem.requestId = requestId
        // The occurrence is the request: an address of the object would make two 404s tell apart.
        problem.instance = "urn:request:\(requestId)"
        var headers = headers
        headers[.contentType] = "application/problem+json"
        let body = (try? WireJSON.encode(problem)) ?? Data()
        return encoded(body, status: HTTPResponse.Status(code: problem.status), headers: headers)
    }
}
