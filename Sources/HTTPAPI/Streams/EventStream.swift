import Accounts
import Hummingbird
import HummingbirdCore
import NIOCore
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
        let stream = EventStream(on: channel, wheel: wheel(of: channel.eventLoop), onEnd: onEnd)
        stream.open(in: place)
        // Before the response's end is written: nothing may follow it.
        defer { stream.close() }
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await body(stream)
        } onCancelOrGracefulShutdown: {
            onEnd()
        }
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
        let handler: StreamHandler
        var slot: Int?
    }

    private let wheel: NIOLoopBoundBox<StreamWheel>

    fileprivate init(
        on channel: any Channel, wheel: NIOLoopBoundBox<StreamWheel>, onEnd: @escaping @Sendable () -> Void
    ) {
        self.channel = channel
        self.wheel = wheel
        eventLoop = channel.eventLoop
        state = .makeBoxSendingValue(State(handler: StreamHandler(onEnd: onEnd)), eventLoop: channel.eventLoop)
    }

    /// To be asked on the event loop.
    var handler: StreamHandler { state.value.handler }

    func end() {
        eventLoop.execute { handler.end() }
    }

    fileprivate func open(in place: StreamPlace) {
        eventLoop.execute {
            do {
                try channel.pipeline.syncOperations.addHandler(handler, position: position)
                state.value.slot = wheel.value.add(handler, in: place)
                handler.write(ServerSentEvent.retry())
            } catch {
                // The connection is closed already.
                handler.end()
            }
        }
    }

    fileprivate func close() {
        eventLoop.execute {
            if let slot = state.value.slot { wheel.value.remove(handler, from: slot) }
            channel.pipeline.syncOperations.removeHandler(handler, promise: nil)
        }
    }

    /// Before Hummingbird's own handler, which keeps to itself what happens to the connection.
    private var position: ChannelPipeline.SynchronousOperations.Position {
        if let state = try? channel.pipeline.syncOperations.handler(type: HTTPConnectionStateHandler.self) {
            .before(state)
        } else {
            .last
        }
    }
}
