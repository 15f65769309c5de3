import Contracts
import Store

extension StoredResponse {
    /// An answer in the wire's JSON, to be kept; `location` is where what was created can be read.
    static func json(
        _ value: some Encodable,
        status: Int,
        location: String? = nil
    ) throws -> StoredResponse {
        var headers = ["Content-Type": "application/json"]
        headers["Location"] = location
        return StoredResponse(status: status, headers: headers, body: try WireJSON.encode(value))
    }
}
