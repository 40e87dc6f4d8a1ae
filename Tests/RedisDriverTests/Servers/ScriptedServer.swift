import NIOCore
import NIOPosix
import Synchronization

@testable import RedisDriver

/// A peer that does what a test says, also what no Redis would do.
///
/// It accepts every login, and asks `answer` about each other command: what to send back, in RESP, or nil for silence.
final class ScriptedServer: Sendable {
    /// The commands that came after the login, in order.
    let commands: AsyncStream<[String]>
    private let channel: any Channel
    private let peers = Peers()

    init(answer: @escaping @Sendable (_ command: [String]) -> String?) async throws {
        let (commands, continuation) = AsyncStream.makeStream(of: [String].self)
        self.commands = commands
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [peers] channel in
                peers.latest.withLock { $0 = channel }
                return channel.eventLoop.makeCompletedFuture {
                    let handler = try CommandHandler(answer: answer, commands: continuation)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit {
        channel.close(promise: nil)
    }

    var url: String { "redis://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// Sends RESP to the client that connected last.
    func send(_ reply: String) {
        peers.latest.withLock { $0 }?.writeAndFlush(ByteBuffer(string: reply), promise: nil)
    }

    /// Disconnects the client that connected last.
    func disconnect() {
        peers.latest.withLock { $0 }?.close(promise: nil)
    }

    /// Waits until `count` commands have come.
    func received(_ count: Int) async {
        var iterator = commands.makeAsyncIterator()
        for _ in 0..<count { _ = await iterator.next() }
    }
}

private final class Peers: Sendable {
    let latest = Mutex<(any Channel)?>(nil)
}

private final class CommandHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable ([String]) -> String?
    private let commands: AsyncStream<[String]>.Continuation
    private var reader: ReplyReader

    init(
        answer: @escaping @Sendable ([String]) -> String?, commands: AsyncStream<[String]>.Continuation
    ) throws {
        self.answer = answer
        self.commands = commands
        reader = try ReplyReader()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var values: [RedisValue] = []
        do {
            try unwrapInboundIn(data).withUnsafeReadableBytes { try reader.feed($0, appendingTo: &values) }
        } catch {
            context.close(promise: nil)
        }
        for value in values {
            let command = (value.array ?? []).compactMap(\.text)
            if let reply = reply(to: command) {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
            }
        }
    }

    private func reply(to command: [String]) -> String? {
        switch command.first {
        case "AUTH", "SELECT", "CLIENT", "PING": return "+OK\r\n"
        default:
            defer { commands.yield(command) }
            return answer(command)
        }
    }
}
