import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// The end of a stream at its connection: it writes what is for many without a task of the stream's own, and tells when
/// the client has gone or does not read.
///
/// It stands in the pipeline from the response's head to its end. Lives on the connection's event loop.
final class StreamHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    /// What the kernel keeps for a client that does not read. Without this it may be megabytes, and a slow reader would
    /// be shown the past.
    private static let sendBufferBytes: SocketOptionValue = 65_536

    /// Called when the client can take more again.
    var onWritable: (() -> Void)?
    /// Called when nothing can be written any more.
    var onClose: (() -> Void)?

    /// Called when the stream is to end; more than once, perhaps.
    var onEnd: () -> Void = {}

    private var context: ChannelHandlerContext?
    private var hasOwnSocket = false
    private var hasBeenFull = false

    var isOpen: Bool { context != nil }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(.body(bytes)), promise: nil)
    }

    /// Shows that the stream lives. A client that has taken nothing since the last time is dropped.
    func beat() {
        if isWritable {
            hasBeenFull = false
            write(ServerSentEvent.heartbeat)
        } else if hasBeenFull {
            drop()
        } else {
            hasBeenFull = true
        }
    }

    /// Ends the stream, and its connection with what the client has not read.
    func drop() {
        context?.close(promise: nil)
        end()
    }

    func end() {
        onEnd()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // A stream of HTTP/2 shares its connection with others. Where this fails the stream is no worse than before.
        if let socket = context.channel as? any SocketOptionProvider {
            hasOwnSocket = true
            socket.unsafeSetSocketOption(level: .socket, name: .so_sndbuf, value: Self.sendBufferBytes)
                .whenFailure { _ in }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        onClose?()
        (onWritable, onClose) = (nil, nil)
        end()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { onWritable?() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // First, since the end of the stream takes this handler out of the pipeline.
        context.fireUserInboundEventTriggered(event)
        switch event {
        // Who reads a stream has nothing more to say, but keeps its side open as long as it reads. With HTTP/2 the side
        // that is closed is the request's.
        case ChannelEvent.inputClosed where hasOwnSocket: end()
        // The server shuts down.
        case is ChannelShouldQuiesceEvent: end()
        default: break
        }
    }
}
