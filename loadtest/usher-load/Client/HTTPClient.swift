import NIOCore
import NIOPosix

/// A caller's connections: one for its requests, kept and opened again when it closes, and one for each stream.
final class HTTPClient {
    private let address: ServerAddress
    private let loop: any EventLoop
    private let timeout: TimeAmount
    private var connection: HTTPConnection?
    private var streams: [HTTPConnection] = []
    private var isInterrupted = false
    private var buffer = ByteBuffer()

    /// - Parameter timeout: How long an answer may take.
    init(address: ServerAddress, loop: any EventLoop, timeout: TimeAmount) {
        self.address = address
        self.loop = loop
        self.timeout = timeout
    }

    /// Opens the connection for requests ahead of the first; if that fails, the first opens it.
    func connect() async {
        let connection = HTTPConnection()
        self.connection = connection
        try? await open(connection)
    }

    /// - Parameter intended: When the request should have been sent; nil for now.
    func send(_ head: RequestHead, fields: [(String, String)], body: String?, intended: NIODeadline?) async -> Exchange
    {
        head.write(fields: fields, body: body, into: &buffer)
        let now = NIODeadline.now()
        let since = intended ?? now
        if let connection, connection.isOpen {
            return await connection.send(buffer, since: since, deadline: now + timeout)
        }
        let connection = HTTPConnection()
        self.connection = connection
        do throws(RequestFailure) {
            try await open(connection)
            return await connection.send(buffer, since: since, deadline: now + timeout)
        } catch {
            return failed(error, since)
        }
    }

    /// Reads a stream on a connection of its own, as browsers do.
    func stream(
        _ head: RequestHead, upTo limit: TimeAmount, onEvent: @escaping (ServerSentEvent) -> HTTPConnection.StreamStep
    ) async -> Exchange {
        head.write(fields: [("Accept", "text/event-stream")], body: nil, into: &buffer)
        let request = buffer
        let now = NIODeadline.now()
        let connection = HTTPConnection()
        streams.append(connection)
        defer { streams.removeAll { $0 === connection } }
        do throws(RequestFailure) {
            try await open(connection)
            let exchange = await connection.send(request, since: now, deadline: now + limit, onEvent: onEvent)
            connection.close()
            return exchange
        } catch {
            return failed(error, now)
        }
    }

    /// Ends the requests whose time is over.
    func sweep(at now: NIODeadline) {
        connection?.sweep(at: now)
        for stream in streams { stream.sweep(at: now) }
    }

    /// Gives up what is at work, now and from now on, since the test is over.
    func interrupt() {
        isInterrupted = true
        connection?.interrupt()
        for stream in streams { stream.interrupt() }
    }

    func close() {
        connection?.close()
        for stream in streams { stream.close() }
    }

    /// The connection must be among the client's already: an interruption can come at any time, and must find it.
    private func open(_ connection: HTTPConnection) async throws(RequestFailure) {
        guard !isInterrupted else { throw .interrupted }
        let bound = NIOLoopBound(connection, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
        do {
            _ = try await bootstrap.connect(to: address.socket).get()
        } catch {
            guard !isInterrupted else { throw .interrupted }
            throw RequestFailure(code: .refused, message: "\(address.url) cannot be reached: \(error)")
        }
    }

    private func failed(_ failure: RequestFailure, _ since: NIODeadline) -> Exchange {
        let now = NIODeadline.now()
        return Exchange(
            outcome: .failed(failure), sent: since, firstByte: now, end: now, bytesSent: 0, bytesReceived: 0)
    }
}
