import Executors
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// Answers the requests of a connection of HTTP/1.1, one after the other.
///
/// Each is read whole and then answered by a task of its own, which runs on the connection's event loop. A connection
/// without a request, and a stream that others feed, have no task: one would keep the memory of its deepest call.
/// Lives on the connection's event loop.
final class RequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart
    typealias Answer = @Sendable (Request, APIContext) async -> Response

    private let maxBodyBytes: Int
    private let executor: EventLoopExecutor?
    private let over: EventLoopPromise<Void>
    private let idleTimeout: TimeAmount?
    private let logger: Logger
    private let answer: Answer

    /// The head of the request that is being read, and what has come of its body.
    private var head: HTTPRequest?
    private var body = ByteBuffer()
    /// From when a request is read, or cannot be read any further, until the end of its answer.
    private var isAnswering = false
    /// The tasks that still run: the answer's, and those whose answers have just been written. A stream's answer may
    /// outlive its task.
    private var runningTasks = 0
    /// Whether more of the request comes that nobody wants.
    private var isDiscarding = false
    /// What came before its turn.
    private var early: [HTTPRequestPart] = []
    private var hasPostponedRead = false
    /// Whether no requests are taken but those that have come.
    private(set) var takesNoMore = false
    /// Whether no other request is answered.
    private var isLast = false
    /// Whether the client was told that the connection ends.
    private var hasSaidLast = false
    private var isClosed = false
    private var isRemoved = false
    private var lastActive = NIODeadline.now()
    /// One for the whole connection: a timer for each request would cost more than a look at the clock.
    private var idleCheck: Scheduled<Void>?

    /// - Parameters:
    ///   - maxBodyBytes: A body that is longer is handed over as far as it has come; reading it must fail.
    ///   - over: Succeeds when the connection is closed and no task runs for it.
    init(
        maxBodyBytes: Int, idleTimeout: TimeAmount?, executor: EventLoopExecutor?, over: EventLoopPromise<Void>,
        logger: Logger, answer: @escaping Answer
    ) {
        self.maxBodyBytes = maxBodyBytes
        self.idleTimeout = idleTimeout
        self.executor = executor
        self.over = over
        self.logger = logger
        self.answer = answer
    }

    /// Whether a connection's requests are answered by such a handler. To be asked on its event loop.
    static func answers(on channel: any Channel) -> Bool {
        (try? channel.pipeline.syncOperations.handler(type: Self.self)) != nil
    }

    /// Whether the next thing to come is a request, to be answered at once.
    var awaitsRequest: Bool {
        !isAnswering && head == nil && early.isEmpty && !isDiscarding && !takesNoMore && !isLast && !hasSaidLast
    }

    /// Somebody else has answered a request.
    func noteActivity() { lastActive = .now() }

    func handlerAdded(context: ChannelHandlerContext) {
        if let idleTimeout { checkIdleness(in: idleTimeout, context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        context.fireChannelInactive()
    }

    /// Comes for every connection, also for one that never became active.
    func handlerRemoved(context: ChannelHandlerContext) {
        idleCheck?.cancel()
        isRemoved = true
        if runningTasks == 0 { over.succeed() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        // The client sends no more, or the server shuts down.
        case ChannelEvent.inputClosed, is ChannelShouldQuiesceEvent:
            takesNoMore = true
            if !isAnswering, head == nil, early.isEmpty { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isLast = true
        if isAnswering { return }
        guard let head else { return context.close(promise: nil) }
        // It is for the route's own answer to say what went wrong.
        isDiscarding = true
        begin(Request(head: head, body: RequestBody(asyncSequence: FailedBody(error: error))), context)
    }
}

// MARK: - Reading

extension RequestHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(unwrapInboundIn(data), context)
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        if isDiscarding {
            if case .end = part { isDiscarding = false }
        } else if isAnswering || !context.channel.isWritable {
            early.append(part)
        } else if !hasSaidLast {
            read(part, context)
        }
    }

    /// While something waits for its turn nothing more is read.
    func read(context: ChannelHandlerContext) {
        if early.isEmpty { context.read() } else { hasPostponedRead = true }
    }

    /// A client that does not take its answers gets no more of them.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !isAnswering { proceed(context) }
        context.fireChannelWritabilityChanged()
    }

    private func read(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            self.head = head
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(var bytes):
            if body.readableBytes == 0 { body = bytes } else { body.writeBuffer(&bytes) }
            if body.readableBytes > maxBodyBytes {
                isDiscarding = true
                fallthrough
            }
        case .end:
            guard let head else { return }
            begin(Request(head: head, body: RequestBody(buffer: body)), context)
        }
    }

    private func begin(_ request: Request, _ context: ChannelHandlerContext) {
        (head, body) = (nil, ByteBuffer())
        isAnswering = true
        runningTasks += 1
        if request.headers[.connection] == "close" { isLast = true }
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        Task(executorPreference: executor) { [answer, logger, channel = context.channel] in
            let response = await answer(request, APIContext(source: .init(channel: channel, logger: logger)))
            let isStream = response.body.contentLength == nil
            channel.write(HTTPResponsePart.head(response.head), promise: nil)
            if isStream { channel.flush() }
            do {
                try await response.body.write(AnswerWriter(channel: channel, isStream: isStream))
            } catch {
                channel.close(promise: nil)
            }
            channel.eventLoop.execute { connection.value.taskEnded() }
        }
    }

    private func taskEnded() {
        runningTasks -= 1
        if isRemoved, runningTasks == 0 { over.succeed() }
    }

    private func proceed(_ context: ChannelHandlerContext) {
        while !isAnswering, context.channel.isWritable, !early.isEmpty {
            take(early.removeFirst(), context)
        }
        if early.isEmpty, hasPostponedRead {
            hasPostponedRead = false
            context.read()
        }
    }
}

// MARK: - Writing

extension RequestHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            head.headerFields[.date] = HTTPDate.now
            if endsWithAnswer { head.headerFields[.connection] = "close" }
            hasSaidLast = head.headerFields[.connection] == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end where endsWithAnswer && !hasSaidLast:
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
            context.writeAndFlush(data, promise: written)
        case .end:
            context.write(data, promise: promise)
            lastActive = .now()
            isAnswering = false
            if !hasSaidLast, !isClosed { proceed(context) }
        }
    }

    private var endsWithAnswer: Bool { isLast || takesNoMore && early.isEmpty }

    private func checkIdleness(in delay: TimeAmount, _ context: ChannelHandlerContext) {
        idleCheck = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
            guard let idleTimeout else { return }
            let deadline = isAnswering || head != nil ? .now() + idleTimeout : lastActive + idleTimeout
            let left = deadline - .now()
            if left > .zero { checkIdleness(in: left, context) } else { context.close(promise: nil) }
        }
    }
}

/// Writes an answer's body. What is a stream is flushed with each write, which waits until the client can take more.
private struct AnswerWriter: ResponseBodyWriter {
    let channel: any Channel
    let isStream: Bool

    func write(_ buffer: ByteBuffer) async throws {
        if isStream {
            try await channel.writeAndFlush(HTTPResponsePart.body(buffer)).get()
        } else {
            channel.write(HTTPResponsePart.body(buffer), promise: nil)
        }
    }

    func finish(_ trailers: HTTPFields?) async throws {
        channel.writeAndFlush(HTTPResponsePart.end(trailers), promise: nil)
    }
}

/// A body that could not be read to its end.
private struct FailedBody: AsyncSequence, AsyncIteratorProtocol {
    let error: any Error

    func makeAsyncIterator() -> FailedBody { self }

    func next() async throws -> ByteBuffer? { throw error }
}
