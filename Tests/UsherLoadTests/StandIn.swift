import NIOCore
import NIOPosix
import Synchronization

/// A server on a free port that says what a test tells it to.
final class StandIn: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var body: String
    }

    enum Reply: Sendable {
        case json(Int, String)
        /// These bytes, whatever they are.
        case raw(String)
        /// These bytes, and then the end of the connection.
        case rawAndClose(String)
        case close
        /// An answer of status 201 when `release` is called.
        case held
    }

    private let desk: Desk
    private let channel: any Channel

    /// - Parameter answer: Is asked for each request, with its number from 0.
    init(answer: @escaping @Sendable (Request, Int) -> Reply) async throws {
        let desk = Desk(answer: answer)
        self.desk = desk
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(desk))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    var requests: [Request] { desk.requests }

    /// How many were opened so far.
    var connections: Int { desk.connections }

    /// Answers all that was held, and holds nothing more.
    func release() { desk.release() }

    func close() async throws { try await channel.close() }

    /// What all connections share.
    private final class Desk: Sendable {
        private struct State {
            var requests: [Request] = []
            var connections = 0
            var held: [any Channel] = []
            var isReleased = false
        }

        private let state = Mutex(State())
        private let answer: @Sendable (Request, Int) -> Reply

        init(answer: @escaping @Sendable (Request, Int) -> Reply) { self.answer = answer }

        var requests: [Request] { state.withLock { $0.requests } }

        var connections: Int { state.withLock { $0.connections } }

        func connected() { state.withLock { $0.connections += 1 } }

        func release() {
            let held = state.withLock { state in
                defer { state.held = [] }
                state.isReleased = true
                return state.held
            }
            for channel in held { write(http(201, "{}"), to: channel) }
        }

        func take(_ request: Request, from channel: any Channel) {
            let number = state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            switch answer(request, number) {
            case .json(let status, let body): write(http(status, body), to: channel)
            case .raw(let bytes): write(bytes, to: channel)
            case .rawAndClose(let bytes):
                write(bytes, to: channel)
                channel.close(promise: nil)
            case .close: channel.close(promise: nil)
            case .held: hold(channel)
            }
        }

        private func hold(_ channel: any Channel) {
            let isReleased = state.withLock { state in
                if !state.isReleased { state.held.append(channel) }
                return state.isReleased
            }
            if isReleased { write(http(201, "{}"), to: channel) }
        }

        private func http(_ status: Int, _ body: String) -> String {
            "HTTP/1.1 \(status) Status\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }

        private func write(_ text: String, to channel: any Channel) {
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        }
    }

    /// Splits what comes into requests.
    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var input = ByteBuffer()
        private let desk: Desk

        init(_ desk: Desk) { self.desk = desk }

        func channelActive(context: ChannelHandlerContext) { desk.connected() }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            input.writeBuffer(&bytes)
            while let request = next() { desk.take(request, from: context.channel) }
        }

        private func next() -> Request? {
            let view = input.readableBytesView
            guard let end = view.firstRange(of: "\r\n\r\n".utf8) else { return nil }
            let head = String(decoding: view[..<end.lowerBound], as: UTF8.self)
            let length = head.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
            let body = view[end.upperBound...]
            guard body.count >= length else { return nil }
            let words = head.split(separator: " ", maxSplits: 2).map(String.init)
            defer { input.moveReaderIndex(to: end.upperBound + length) }
            return Request(method: words[0], path: words[1], body: String(decoding: body.prefix(length), as: UTF8.self))
        }
    }
}
