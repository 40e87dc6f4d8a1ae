import NIOCore

/// Turns requests away unread when the node has no room for them: under overload the time for refusals is taken from
/// those who are served.
///
/// It is the first of a plain connection's handlers, before the parser; a refusal costs it a third of what
/// `RefusalHandler` needs. It acts only where nothing else can be meant: on a whole request, with nothing before it at
/// work and nothing in the parser. All else is passed on.
final class SheddingHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let admission: Admission
    private let refusal: PreparedProblem
    private let requests: RequestHandler
    /// Whether the parser was given whole requests only, so that none is begun in it.
    private var isInStep = true
    private var hasPassedOn = false

    /// - Parameter requests: The handler that answers what is passed on.
    init(admission: Admission, refusal: PreparedProblem, requests: RequestHandler) {
        self.admission = admission
        self.refusal = refusal
        self.requests = requests
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isInStep {
            let request = unwrapInboundIn(data).withUnsafeReadableBytes { WholeRequest($0) }
            if let request, request.isPlain, let claim = request.claim, requests.awaitsRequest,
                context.channel.isWritable, !admission.admits(claim)
            {
                requests.noteActivity()
                return context.writeAndFlush(wrapOutboundOut(refusal.bytes()), promise: nil)
            }
            isInStep = request != nil
        }
        hasPassedOn = true
        context.fireChannelRead(data)
    }

    /// The handlers behind must not take what they have not seen for the beginning of a request.
    func channelReadComplete(context: ChannelHandlerContext) {
        guard hasPassedOn else { return }
        hasPassedOn = false
        context.fireChannelReadComplete()
    }
}
