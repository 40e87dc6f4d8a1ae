internal import NIOCore
internal import NIOPosix

/// A TCP connection for requests that no client library would send.
public struct RawConnection: Sendable {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects to this machine.
    public init(port: Int) async throws {
        channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
    }

    /// Sends `text`, and keeps the connection until the server closes it or the task is cancelled.
    ///
    /// - Parameter readsAnswer: Without it the answer is left to fill the buffers between, and only cancelling ends this.
    public func send(_ text: String, readsAnswer: Bool = true, onSent: @Sendable () -> Void) async throws {
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            onSent()
            if readsAnswer {
                for try await _ in inbound {}
            } else {
                for await _ in AsyncStream<Void>.makeStream().stream {}
            }
        }
    }

    /// Sends `text`, and returns all that comes until the server closes the connection.
    ///
    /// - Parameter closing: Whether to say at once that no more is sent.
    public func exchange(_ text: String, closing: Bool = false) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            // A server that has closed already may have answered nevertheless.
            try? await outbound.write(ByteBuffer(string: text))
            if closing { outbound.finish() }
            var answer = ""
            for try await bytes in inbound { answer += String(buffer: bytes) }
            return answer
        }
    }
}
