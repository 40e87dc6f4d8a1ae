internal import NIOCore

/// The end of a channel's pipeline: turns bytes into replies and passes them to the connection.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let connection: RedisConnection
    private var reader: ReplyReader

    init(connection: RedisConnection) throws(RedisError) {
        self.connection = connection
        reader = try ReplyReader()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var replies: [RedisValue] = []
        do {
            try unwrapInboundIn(data).withUnsafeReadableBytes { bytes in
                try reader.feed(bytes, appendingTo: &replies)
            }
            connection.received(replies)
        } catch {
            connection.received(replies)
            connection.close((error as? RedisError) ?? RedisError(.protocolViolation, "unreadable", cause: error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.broke()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.broke(error)
    }
}
