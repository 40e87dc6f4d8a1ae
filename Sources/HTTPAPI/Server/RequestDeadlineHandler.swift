import NIOCore
import NIOHTTPTypes

/// The body of a request did not come in time.
struct RequestDeadlineExceeded: Error {}

/// Gives each request's body a limited time to come, whether a route reads it or not.
///
/// A request that comes in one piece costs no timer.
final class RequestDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart

    private let limit: TimeAmount
    private var isReading = false
    private var deadline: Scheduled<Void>?

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReading = true
        case .body:
            break
        case .end:
            isReading = false
            cancelDeadline()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isReading, deadline == nil {
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
                context.fireErrorCaught(RequestDeadlineExceeded())
            }
        }
        context.fireChannelReadComplete()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelDeadline()
    }

    private func cancelDeadline() {
        deadline?.cancel()
        deadline = nil
    }
}
