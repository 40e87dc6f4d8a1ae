import NIOCore
import NIOHTTPTypes

/// A request, or its body, did not come in time.
struct RequestDeadlineExceeded: Error {}

/// Gives each request's head and each body a limited time to come, whether a route reads it or not.
///
/// A request that comes in one piece costs no timer.
final class RequestDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart

    private enum Reading {
        case nothing, head, body
    }

    private let headLimit: TimeAmount
    private let bodyLimit: TimeAmount
    private var reading = Reading.nothing
    private var hasReadPart = false
    private var deadline: Scheduled<Void>?

    init(headLimit: TimeAmount, bodyLimit: TimeAmount) {
        self.headLimit = headLimit
        self.bodyLimit = bodyLimit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReadPart = true
        switch unwrapInboundIn(data) {
        case .head:
            cancelDeadline()
            reading = .body
        case .body:
            break
        case .end:
            cancelDeadline()
            reading = .nothing
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes that made no part are the beginning of a head.
        if reading == .nothing, !hasReadPart { reading = .head }
        hasReadPart = false
        if reading != .nothing, deadline == nil {
            let limit = reading == .head ? headLimit : bodyLimit
            deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
                context.fireErrorCaught(RequestDeadlineExceeded())
            }
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelDeadline()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelDeadline()
    }

    private func cancelDeadline() {
        deadline?.cancel()
        deadline = nil
    }
}
