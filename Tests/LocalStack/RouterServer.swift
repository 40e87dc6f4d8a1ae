public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Serves a router on a free loopback port while `body` runs.
///
/// It may be ended while clients still connect.
public func withServer<Answer>(
    of router: Router<BasicRequestContext>, _ body: (_ url: String) async throws -> Answer
) async throws -> Answer {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router, server: HTTPServerBuilder { LateConnections(protocols: HTTP1Channel(responder: $0)) },
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
        logger: Logger(label: "server") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup { group in
        group.addTask {
            // Also when it could not begin to listen.
            defer { port.finish() }
            try await application.run()
        }
        defer { group.cancelAll() }
        guard let port = await ports.first(where: { _ in true }) else {
            try await group.waitForAll()
            throw CancellationError()
        }
        return try await body("http://127.0.0.1:\(port)")
    }
}

/// Connections that get their protocols when somebody serves them.
///
/// A server that ends drops what it has accepted and not yet served. That must be no more than a channel: an asynchronous
/// one traps when nobody has used it.
private struct LateConnections: ServerChildChannel {
    let protocols: HTTP1Channel

    struct Connection: ServerChildChannelValue {
        let channel: any Channel
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        // What the client sends waits until somebody can read it.
        channel.setOption(.autoRead, value: false).map { Connection(channel: channel) }
    }

    func handle(value: Connection, logger: Logger) async {
        let channel = value.channel
        let connection = channel.eventLoop.flatSubmit { protocols.setup(channel: channel, logger: logger) }
        guard let connection = try? await connection.get() else { return channel.close(promise: nil) }
        channel.setOption(.autoRead, value: true).whenComplete { _ in }
        await protocols.handle(value: connection, logger: logger)
    }
}
