import NIOCore

/// One connection to the server, with one request at a time. Lives on its event loop, and is used there only.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static let bodyLimit = 64 * 1024 * 1024

    /// What a stream's reader wants after an event.
    enum StreamStep { case more, stop }

    private struct Pending {
        // Resumed by `finish` alone, which takes it out first: once, and always, since a connection ends in `finish`.
        let continuation: UnsafeContinuation<Exchange, Never>
        let sent: NIODeadline
        let deadline: NIODeadline
        let bytesSent: Int
        var firstByte: NIODeadline?
        var bytesReceived = 0
        var body = ByteBuffer()
        var events: ServerSentEventParser?
        let onEvent: ((ServerSentEvent) -> StreamStep)?
    }

    private var context: ChannelHandlerContext?
    private var parser = ResponseParser()
    private var pending: Pending?
    private var isInterrupted = false

    /// Whether it can take a request.
    var isOpen: Bool { context != nil }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - since: When the request should have been sent: its latency counts from there.
    ///   - deadline: When to give up. A stream that has begun has then simply ended.
    ///   - onEvent: For a stream: is given each event as it comes, until it wants no more.
    func send(
        _ bytes: ByteBuffer, since: NIODeadline, deadline: NIODeadline,
        onEvent: ((ServerSentEvent) -> StreamStep)? = nil
    ) async -> Exchange {
        await withUnsafeContinuation { continuation in
            pending = Pending(
                continuation: continuation, sent: since, deadline: deadline, bytesSent: bytes.readableBytes,
                onEvent: onEvent)
            guard !isInterrupted else { return fail(.interrupted) }
            guard let context else { return finish(.failed(.closed)) }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
    }

    /// Ends a request whose time is over.
    func sweep(at now: NIODeadline) {
        guard let request = pending, request.deadline < now else { return }
        end(.timedOut)
    }

    /// Gives up the request at work, and all that come later, since the test is over.
    func interrupt() {
        isInterrupted = true
        end(.interrupted)
    }

    func close() {
        context?.close(promise: nil)
        context = nil
    }

    /// A stream that has begun has had its answer.
    private func end(_ failure: RequestFailure) {
        guard pending?.events != nil else { return fail(failure) }
        finish(.answered(Response(head: parser.head, body: ByteBuffer())))
        close()
    }

    // MARK: - The channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard pending != nil else {
            // Nobody waits: what comes is an error, unless the connection was given up just now.
            return close()
        }
        let now = NIODeadline.now()
        if pending?.firstByte == nil { pending?.firstByte = now }
        pending?.bytesReceived += bytes.readableBytes
        parser.append(&bytes)
        do throws(ResponseError) {
            while pending != nil, let event = try parser.next() { try take(event, now) }
        } catch {
            fail(RequestFailure(code: .badAnswer, message: error.description))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        guard pending != nil else { return }
        do throws(ResponseError) {
            if let event = try parser.close() {
                try take(event, .now())
            } else {
                finish(.failed(.closed))
            }
        } catch {
            finish(.failed(RequestFailure(code: .badAnswer, message: error.description)))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(RequestFailure(code: .closed, message: "the connection broke: \(error)"))
    }

    // MARK: - Answers

    private func take(_ event: ResponseParser.Event, _ now: NIODeadline) throws(ResponseError) {
        switch event {
        case .head:
            if pending?.onEvent != nil, parser.head.status == 200 { pending?.events = ServerSentEventParser() }
        case .body(var piece):
            if pending?.events != nil {
                try read(&piece, now)
            } else {
                try collect(&piece)
            }
        case .end:
            let response = Response(head: parser.head, body: pending?.body ?? ByteBuffer())
            finish(.answered(response), at: now)
            if !parser.isKeptAlive { close() }
        }
    }

    private func collect(_ piece: inout ByteBuffer) throws(ResponseError) {
        guard let length = pending?.body.readableBytes else { return }
        guard length + piece.readableBytes <= Self.bodyLimit else { throw .bodyTooLarge }
        // Mostly a body comes in one piece, which is then not copied.
        if length == 0 { pending?.body = piece } else { pending?.body.writeBuffer(&piece) }
    }

    private func read(_ piece: inout ByteBuffer, _ now: NIODeadline) throws(ResponseError) {
        pending?.events?.append(&piece)
        while var event = try pending?.events?.next() {
            event.arrival = now
            guard pending?.onEvent?(event) == .stop else { continue }
            finish(.answered(Response(head: parser.head, body: ByteBuffer())), at: now)
            return close()
        }
    }

    private func fail(_ failure: RequestFailure) {
        // First, since to close comes back as a connection that was lost.
        finish(.failed(failure))
        close()
    }

    private func finish(_ outcome: Exchange.Outcome, at end: NIODeadline = .now()) {
        guard let request = pending else { return }
        pending = nil
        request.continuation.resume(
            returning: Exchange(
                outcome: outcome, sent: request.sent, firstByte: request.firstByte ?? end, end: end,
                bytesSent: request.bytesSent, bytesReceived: request.bytesReceived))
    }
}
