import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// Ends the connection after a response that says `Connection: close`, though the client may still be sending.
///
/// Our half is closed first and the rest a little later: a connection closed at once with input unread is reset, and
/// the client might never see why.
final class ConnectionCloseHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let linger = TimeAmount.seconds(1)

    /// Whether this is one of the streams of an HTTP/2 connection; then only that is ended.
    private var isStream = false
    private var isLastResponse = false
    private var closing: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) {
        let codec = try? context.pipeline.syncOperations.context(handlerType: HTTP2FramePayloadToHTTPServerCodec.self)
        isStream = codec != nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            isLastResponse = head.headerFields[.connection] == "close"
            // HTTP/2 has no such field (RFC 9113, section 8.2.2).
            if isStream { head.headerFields[.connection] = nil }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end where isLastResponse:
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenComplete { _ in self.close(context) }
            context.writeAndFlush(data, promise: written)
        case .end:
            context.write(data, promise: promise)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closing?.cancel()
    }

    private func close(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        closing = context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) {
            context.close(promise: nil)
        }
    }
}
