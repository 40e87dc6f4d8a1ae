import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers on the connection itself what shall not, or cannot, come to a route: requests beyond what the node can do,
/// what is no HTTP, and heads that do not come in time.
///
/// It can do so only while no other answer is due on the connection; with pipelined requests the route is asked.
final class RefusalHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let admission: Admission
    private let refusals: Refusals
    /// The requests that were passed on and whose answers are not complete.
    private var open = 0
    /// What the request that is being read will take.
    private var coming: Admission.Claim?
    /// The requests that have come whole and whose answers have not begun, the oldest first.
    private var whole: [Admission.Claim?] = []
    /// What the first of them has taken. The others wait for their turn, and so take nothing from other connections.
    private var taken: Admission.Claim?
    private var isAnsweredEarly = false
    private var isDropping = false

    init(admission: Admission, refusals: Refusals) {
        self.admission = admission
        self.refusals = refusals
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            let claim = Admission.Claim(path: (request.path ?? "").utf8)
            if open == 0, context.channel.isWritable, let claim, !admission.admits(claim) {
                isDropping = true
                return refuse(refusals.overloaded, request, context)
            }
            open += 1
            coming = claim
            isAnsweredEarly = false
        case .body:
            if isDropping { return }
        case .end:
            if isDropping {
                isDropping = false
                return
            }
            if !isAnsweredEarly {
                whole.append(coming)
                if open == 1 { takePlace() }
            }
            coming = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let response) where response.status.kind != .informational:
            if whole.isEmpty {
                isAnsweredEarly = true
            } else {
                whole.removeFirst()
                leavePlace()
            }
        case .end:
            open -= 1
            takePlace()
        default:
            break
        }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard open == 0, !isDropping, let refusal = refusals.refusal(of: error) else {
            return context.fireErrorCaught(error)
        }
        refuse(refusal, nil, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leavePlace()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leavePlace()
    }

    private func takePlace() {
        guard let claim = whole.first ?? nil else { return }
        admission.begin(claim)
        taken = claim
    }

    private func leavePlace() {
        taken.map(admission.end)
        taken = nil
    }

    /// - Parameter request: Nil when there is none that could be read.
    private func refuse(_ refusal: PreparedProblem, _ request: HTTPRequest?, _ context: ChannelHandlerContext) {
        let (head, body) = refusal.answer(to: request?.headerFields ?? [:])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request?.method != .head { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
