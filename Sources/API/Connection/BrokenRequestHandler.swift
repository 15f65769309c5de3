import Contracts
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers bytes that are no HTTP request, or one with too many headers, with a problem document.
///
/// Such bytes never reach a route, and the server's own answer would be a bare 400.
final class BrokenRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let lingerSeconds: Int64 = 2

    private let headerBytesMax: Int
    private let headersMax: Int
    private var requestsUnderWay = 0
    private var isBroken = false

    init(headerBytesMax: Int, headersMax: Int) {
        self.headerBytesMax = headerBytesMax
        self.headersMax = headersMax
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { requestsUnderWay += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { requestsUnderWay -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Within a request the error belongs to the reader of its body.
        guard let error = error as? HTTPParserError, requestsUnderWay == 0 else {
            return context.fireErrorCaught(error)
        }
        guard !isBroken else { return }
        isBroken = true
        let requestId = ResourceID.make(.request)
        var answer = problem(error)
        answer.requestId = requestId
        answer.instance = "urn:request:\(requestId)"
        let body = (try? WireJSON.encode(answer)) ?? Data()
        let fields: HTTPFields = [
            .contentType: "application/problem+json", .contentLength: String(body.count),
            .requestId: requestId, .connection: "close", .cacheControl: "no-store",
        ]
        let head = HTTPResponse(status: .init(code: answer.status), headerFields: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // Closed in full only later: what the client still sends would reset the connection under its answer.
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Self.lingerSeconds)) {
            context.close(promise: nil)
        }
    }

    private func problem(_ error: HTTPParserError) -> Problem {
        guard error == .headerOverflow else {
            return Problem(.malformedRequest, detail: "The bytes that came are not a valid HTTP/1.1 request.")
        }
        return Problem(
            .headersTooLarge,
            detail: "The headers may have \(headerBytesMax) bytes and \(headersMax) fields at most."
        )
    }
}
