import Contracts
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer whose body is `value` in JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let body = try WireJSON.encode(value)
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
