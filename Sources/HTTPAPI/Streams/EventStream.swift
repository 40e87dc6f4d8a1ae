import Accounts
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import ServiceLifecycle
import Synchronization

/// The open streams of a server: each is kept alive, and ended when its client goes, its reader's session ends, or
/// the server shuts down.
final class EventStreams: Sendable {
    private let heartbeatInterval: TimeAmount
    private let tokens: Tokens
    private let wheels = Mutex<[ObjectIdentifier: NIOLoopBoundBox<StreamWheel>]>([:])

    init(heartbeatInterval: Duration, tokens: Tokens) {
        self.tokens = tokens
        self.heartbeatInterval = TimeAmount(heartbeatInterval)
    }

    /// Keeps a stream open while `body` runs, which begins after the response's head.
    ///
    /// - Parameters:
    ///   - channel: The client's connection.
    ///   - place: The stream's place among those that are allowed, which it has until it has ended.
    ///   - onEnd: Makes `body` return. Called when the client has gone or does not read, its reader's session has ended, and
    ///     when the server shuts down; more than once, perhaps.
    func keepOpen(
        on channel: any Channel, in place: StreamPlace, onEnd: @escaping @Sendable () -> Void,
        while body: (EventStream) async throws -> Void
    ) async throws {
        defer { withExtendedLifetime(place) {} }
        let stream = EventStream(on: channel, wheel: wheel(of: channel.eventLoop))
        stream.open(in: place, onEnd: onEnd)
        // Before the response's end is written: nothing may follow it.
        defer { stream.close() }
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await body(stream)
        } onCancelOrGracefulShutdown: {
            onEnd()
        }
    }

    /// Opens a stream that others feed, after the response's head.
    ///
    /// Where the connection has requests one after the other this returns at once: the open stream costs no task.
    ///
    /// - Parameters:
    ///   - join: Has the stream fed.
    ///   - leave: Called when it has ended.
    /// - Returns: Whether it is over, and the response's end is to be written. Otherwise that comes by itself.
    func leaveOpen(
        on channel: any Channel, in place: StreamPlace, _ join: @Sendable (EventStream) async -> Void,
        onEnd leave: @escaping @Sendable (EventStream) async -> Void
    ) async throws -> Bool {
        guard try await channel.eventLoop.submit({ RequestHandler.answers(on: channel) }).get() else {
            let (ended, end) = AsyncStream.makeStream(of: Never.self)
            try await keepOpen(on: channel, in: place, onEnd: { end.finish() }) { stream in
                await join(stream)
                for await _ in ended {}
                await leave(stream)
            }
            return true
        }
        let stream = EventStream(on: channel, wheel: wheel(of: channel.eventLoop))
        stream.open(in: place) { stream.finish() }
        await join(stream)
        stream.onceFinished { Task { await leave(stream) } }
        return false
    }

    private func wheel(of eventLoop: any EventLoop) -> NIOLoopBoundBox<StreamWheel> {
        wheels.withLock { wheels in
            let id = ObjectIdentifier(eventLoop)
            if let wheel = wheels[id] { return wheel }
            let wheel = NIOLoopBoundBox.makeBoxSendingValue(
                StreamWheel(eventLoop: eventLoop, interval: heartbeatInterval, tokens: tokens),
                eventLoop: eventLoop)
            wheels[id] = wheel
            return wheel
        }
    }
}

/// One client's stream, as other threads see it.
struct EventStream: Sendable {
    /// Tells it from other open streams.
    var id: ObjectIdentifier { ObjectIdentifier(state) }

    let eventLoop: any EventLoop
    private let channel: any Channel
    private let state: NIOLoopBoundBox<State>

    private struct State {
        let handler = StreamHandler()
        var slot: Int?
        var isFinished = false
        var onceFinished: (@Sendable () -> Void)?
    }

    private let wheel: NIOLoopBoundBox<StreamWheel>

    fileprivate init(on channel: any Channel, wheel: NIOLoopBoundBox<StreamWheel>) {
        self.channel = channel
        self.wheel = wheel
        eventLoop = channel.eventLoop
        state = .makeBoxSendingValue(State(), eventLoop: channel.eventLoop)
    }

    /// To be asked on the event loop.
    var handler: StreamHandler { state.value.handler }

    func end() {
        eventLoop.execute { handler.end() }
    }

    fileprivate func open(in place: StreamPlace, onEnd: @escaping @Sendable () -> Void) {
        onEventLoop {
            handler.onEnd = onEnd
            do {
                try channel.pipeline.syncOperations.addHandler(handler, position: position)
                state.value.slot = wheel.value.add(handler, in: place)
                // It may have been ended while it was added.
                if state.value.isFinished { leavePipeline() }
                handler.write(ServerSentEvent.retry())
                // The server shuts down already.
                if let requests, requests.takesNoMore { handler.end() }
            } catch {
                // The connection is closed already.
                handler.end()
            }
        }
    }

    fileprivate func close() {
        onEventLoop { leavePipeline() }
    }

    /// Ends the response, once.
    fileprivate func finish() {
        onEventLoop {
            guard !state.value.isFinished else { return }
            state.value.isFinished = true
            leavePipeline()
            handler.onEnd = {}
            channel.writeAndFlush(HTTPResponsePart.end(nil), promise: nil)
            let action = state.value.onceFinished
            state.value.onceFinished = nil
            action?()
        }
    }

    fileprivate func onceFinished(_ action: @escaping @Sendable () -> Void) {
        onEventLoop {
            if state.value.isFinished { action() } else { state.value.onceFinished = action }
        }
    }

    /// At once where that is possible: what is written is to come in order.
    private func onEventLoop(_ action: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop { action() } else { eventLoop.execute(action) }
    }

    private func leavePipeline() {
        if let slot = state.value.slot { wheel.value.remove(handler, from: slot) }
        channel.pipeline.syncOperations.removeHandler(handler, promise: nil)
    }

    private var requests: RequestHandler? {
        try? channel.pipeline.syncOperations.handler(type: RequestHandler.self)
    }

    /// Before the handler that keeps to itself what happens to the connection.
    private var position: ChannelPipeline.SynchronousOperations.Position {
        if let requests {
            .before(requests)
        } else if let state = try? channel.pipeline.syncOperations.handler(type: HTTPConnectionStateHandler.self) {
            .before(state)
        } else {
            .last
        }
    }
}
