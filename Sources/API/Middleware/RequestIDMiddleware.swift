import Contracts
import HTTPTypes
import Hummingbird
import Logging

/// Gives every request an id, or takes the caller's, and sends it back.
struct RequestIDMiddleware: RouterMiddleware {
    typealias Context = APIContext

    static let idBytesMax = 128

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestId = Self.usableId(request.headers[.requestId]) ?? ResourceID.make(.request)
        if let trace = request.headers[.traceparent], Self.isTraceparent(trace) {
            context.logger[metadataKey: "traceparent"] = .string(trace)
        }
        context.logger[metadataKey: "request_id"] = .string(context.requestId)
        var response = try await next(request, context)
        response.headers[.requestId] = context.requestId
        // Also a problem has no body here: its bytes would be taken for the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// A caller's id goes into logs and headers, so only plain characters are taken.
    private static func usableId(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= idBytesMax else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        return isPlain ? text : nil
    }

    /// `00-<32 hex>-<16 hex>-<2 hex>`.
    private static func isTraceparent(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [2, 32, 16, 2] && parts.joined().allSatisfy(\.isHexDigit)
    }
}
