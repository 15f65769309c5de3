import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client goes on sending a body some time after its answer.
///
/// The server reads an unwanted body to its end, which a hostile client never sends.
final class UnreadBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let linger: TimeAmount
    private var requestsRead = 0
    private var answersWritten = 0
    private var closing: Scheduled<Void>?

    init(lingerSeconds: Int) { linger = .seconds(Int64(lingerSeconds)) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) {
            requestsRead += 1
            if requestsRead >= answersWritten { stopClosing() }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            answersWritten += 1
            if answersWritten > requestsRead, closing == nil {
                closing = context.eventLoop.assumeIsolated().scheduleTask(in: linger) {
                    context.close(promise: nil)
                }
            }
        }
        context.write(data, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopClosing() }

    private func stopClosing() {
        closing?.cancel()
        closing = nil
    }
}
