import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Synchronization

/// Stands between a client and a server, and does to their connections what networks do.
///
/// A trap sees what goes by. The moment that it waits for is held still: the bytes go no further until the trap is
/// released, and whoever set it can do what he wants to either side.
final class Proxy: Sendable {
    /// What the proxy does with the bytes of all its connections.
    enum Weather: Sendable {
        case fair
        /// Both sides keep their connections, and hear nothing any more.
        case stalled
        /// Every byte comes that much later.
        case slow(TimeAmount)
    }

    private struct State {
        var upstream: Int
        var weather = Weather.fair
        var trap: Trap?
        var links: [ObjectIdentifier: Link] = [:]
    }

    /// Makes the watcher of a new connection, which knows the protocol.
    typealias WatcherFactory = @Sendable () -> any Watcher

    private let state: Mutex<State>
    private let refusal: ByteBuffer?
    private let watcher: WatcherFactory

    /// - Parameters:
    ///   - upstream: The server's port on the loopback interface.
    ///   - refusal: What a client is told when the server does not listen; nil to cut the connection.
    init(upstream: Int, refusal: ByteBuffer? = nil, watcher: @escaping WatcherFactory) {
        state = Mutex(State(upstream: upstream))
        self.refusal = refusal
        self.watcher = watcher
    }

    /// Listens on a free port of the loopback interface.
    func listen() async throws -> (port: Int, listener: any Channel) {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { self.connect($0) }
            .bind(host: "127.0.0.1", port: 0).get()
        return (listener.localAddress?.port ?? 0, listener)
    }

    /// Sends new connections to another server; those that are there stay.
    func redirect(to port: Int) {
        state.withLock { $0.upstream = port }
    }

    func set(_ weather: Weather) {
        let links = state.withLock { state in
            state.weather = weather
            return Array(state.links.values)
        }
        if case .fair = weather { links.forEach { $0.resume() } }
    }

    /// Breaks all connections.
    func cut() {
        let links = state.withLock { Array($0.links.values) }
        for link in links { link.close() }
    }

    /// Waits for a moment to come, on whichever connection, and holds it still.
    ///
    /// - Returns: The trap, shut. Release it, or cut the connections.
    func catching(_ moment: Moment) async -> Trap {
        let trap = Trap(moment)
        state.withLock { $0.trap = trap }
        await trap.isShut()
        return trap
    }

    /// Takes a trap away that has not shut.
    func removeTrap() {
        state.withLock { $0.trap }?.giveUp()
        state.withLock { $0.trap = nil }
    }

    fileprivate var weather: Weather { state.withLock { $0.weather } }

    /// Whether the trap that is set has been waiting for this moment. It shuts once.
    fileprivate func takeTrap(for moment: Moment) -> Trap? {
        state.withLock { state in
            guard let trap = state.trap, trap.moment == moment else { return nil }
            state.trap = nil
            return trap
        }
    }

    private func connect(_ client: any Channel) -> EventLoopFuture<Void> {
        let link = Link(client: client, watcher: watcher(), proxy: self)
        state.withLock { $0.links[ObjectIdentifier(client)] = link }
        client.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.links.removeValue(forKey: ObjectIdentifier(client)) }
        }
        return ClientBootstrap(group: client.eventLoop)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(Pipe(.toClient, link))
                }
            }
            .connect(host: "127.0.0.1", port: state.withLock { $0.upstream })
            .flatMap { server in
                link.connected(to: server)
                return client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(Pipe(.toServer, link))
                }
            }
            .flatMap { client.setOption(.autoRead, value: true) }
            .flatMapError { error in
                guard let refusal = self.refusal else { return client.eventLoop.makeFailedFuture(error) }
                // The client's channel is open only once this initializer is done.
                client.eventLoop.execute {
                    client.writeAndFlush(refusal).whenComplete { _ in client.close(promise: nil) }
                }
                return client.eventLoop.makeSucceededVoidFuture()
            }
    }
}

/// One client's connection through the proxy. All of it happens on the client's event loop.
final class Link: Sendable {
    private struct State {
        var server: (any Channel)?
        /// What waits because of a stall or a shut trap, in order.
        var held: [(Direction, ByteBuffer)] = []
        var isHeld = false
    }

    private let client: any Channel
    private let watcher: any Watcher
    private let proxy: Proxy
    private let state = NIOLockedValueBox(State())

    fileprivate init(client: any Channel, watcher: any Watcher, proxy: Proxy) {
        self.client = client
        self.watcher = watcher
        self.proxy = proxy
    }

    fileprivate func connected(to server: any Channel) {
        state.withLockedValue { $0.server = server }
    }

    fileprivate func take(_ bytes: ByteBuffer, _ direction: Direction) {
        if state.withLockedValue({ $0.isHeld }) { return hold(bytes, direction) }
        for piece in watcher.read(bytes, direction) {
            if let moment = piece.moment, let trap = proxy.takeTrap(for: moment) {
                state.withLockedValue { $0.isHeld = true }
                trap.shut(on: self)
            }
            if state.withLockedValue({ $0.isHeld }) {
                hold(piece.bytes, direction)
            } else {
                pass(piece.bytes, direction)
            }
        }
    }

    private func hold(_ bytes: ByteBuffer, _ direction: Direction) {
        state.withLockedValue { $0.held.append((direction, bytes)) }
    }

    private func pass(_ bytes: ByteBuffer, _ direction: Direction) {
        switch proxy.weather {
        case .fair: write(bytes, direction)
        case .stalled:
            state.withLockedValue { $0.isHeld = true }
            hold(bytes, direction)
        case .slow(let delay):
            client.eventLoop.scheduleTask(in: delay) { self.write(bytes, direction) }
        }
    }

    private func write(_ bytes: ByteBuffer, _ direction: Direction) {
        let target: (any Channel)? = direction == .toClient ? client : state.withLockedValue { $0.server }
        target?.writeAndFlush(bytes, promise: nil)
    }

    /// Lets go what was held.
    func resume() {
        client.eventLoop.execute {
            let held = self.state.withLockedValue { state in
                state.isHeld = false
                defer { state.held = [] }
                return state.held
            }
            for (direction, bytes) in held { self.write(bytes, direction) }
        }
    }

    func close() {
        client.close(promise: nil)
        state.withLockedValue { $0.server }?.close(promise: nil)
    }
}

/// Hands what one side says to the link, and closes both when one goes.
private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let direction: Direction
    private let link: Link

    init(_ direction: Direction, _ link: Link) {
        self.direction = direction
        self.link = link
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        link.take(unwrapInboundIn(data), direction)
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.close()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
