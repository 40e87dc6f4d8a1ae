import NIOCore
import NIOPosix
import Synchronization

/// Stands between a client and PostgreSQL, and cuts their connection at the moment that a test chooses.
final class CuttingProxy: Sendable {
    enum Moment {
        /// The client's next statements have gone out, but not the `Sync` that commits them.
        case beforeCommit
        /// The server has committed what the client asked for next, and the client has not heard of it.
        case afterCommit
    }

    private struct State {
        var cut: Moment?
        var clients: [any Channel] = []
        var cuts = 0
    }

    private let state = Mutex(State())
    private let server: Int

    /// A proxy to a server's port on the loopback interface.
    init(server: Int) {
        self.server = server
    }

    /// How often it has cut.
    var cuts: Int { state.withLock(\.cuts) }

    /// Runs `body` with the port to connect to.
    func listening<Value>(isolation: isolated (any Actor)? = #isolation, _ body: (Int) async throws -> Value)
        async throws
        -> Value
    {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { self.connect($0) }
            .bind(host: "127.0.0.1", port: 0).get()
        let value: Value
        do {
            value = try await body(listener.localAddress?.port ?? 0)
        } catch {
            try? await listener.close()
            throw error
        }
        try await listener.close()
        return value
    }

    /// Cuts the connection on which this moment comes next.
    func cut(_ moment: Moment) {
        state.withLock { $0.cut = moment }
    }

    /// Cuts all connections now.
    func cutNow() {
        let clients = state.withLock { state in
            defer { state.clients = [] }
            state.cuts += 1
            return state.clients
        }
        for client in clients { client.close(promise: nil) }
    }

    private func connect(_ client: any Channel) -> EventLoopFuture<Void> {
        state.withLock { $0.clients.append(client) }
        return ClientBootstrap(group: client.eventLoop)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(Pipe(to: client, cutting: self.cutsReply))
                }
            }
            .connect(host: "127.0.0.1", port: server)
            .flatMap { server in
                client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(Pipe(to: server, cutting: self.cutsRequest))
                }
            }
            .flatMap { client.setOption(.autoRead, value: true) }
    }

    /// What is left of a request when it is to be cut; nil when it is not.
    private func cutsRequest(_ bytes: ByteBuffer) -> ByteBuffer? {
        let sync: [UInt8] = [UInt8(ascii: "S"), 0, 0, 0, 4]
        guard bytes.readableBytesView.suffix(sync.count).elementsEqual(sync), take(.beforeCommit) else { return nil }
        return bytes.getSlice(at: bytes.readerIndex, length: bytes.readableBytes - sync.count)
    }

    /// What is left of a reply when it is to be cut; nil when it is not.
    private func cutsReply(_ bytes: ByteBuffer) -> ByteBuffer? {
        let readyForQuery: [UInt8] = [UInt8(ascii: "Z"), 0, 0, 0, 5, UInt8(ascii: "I")]
        let isReady = bytes.readableBytesView.suffix(readyForQuery.count).elementsEqual(readyForQuery)
        return isReady && take(.afterCommit) ? ByteBuffer() : nil
    }

    private func take(_ moment: Moment) -> Bool {
        state.withLock { state in
            guard state.cut == moment else { return false }
            state.cut = nil
            state.cuts += 1
            return true
        }
    }
}

/// Hands what one side says to the other, until it is cut or a side goes.
private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let cutting: (ByteBuffer) -> ByteBuffer?

    init(to peer: any Channel, cutting: @escaping (ByteBuffer) -> ByteBuffer?) {
        self.peer = peer
        self.cutting = cutting
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard let rest = cutting(bytes) else {
            peer.writeAndFlush(bytes, promise: nil)
            return
        }
        peer.writeAndFlush(rest, promise: nil)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
