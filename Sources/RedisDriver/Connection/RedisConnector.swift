internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Makes connections that are logged in and ready for use.
struct RedisConnector: Sendable {
    private let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    private let tls: NIOSSLContext?

    /// - Throws: ``RedisError/Code/configuration`` when the certificates cannot be read.
    init(configuration: RedisConfiguration, eventLoop: any EventLoop) throws(RedisError) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        do {
            tls = try configuration.tlsConfiguration.map { try NIOSSLContext(configuration: $0) }
        } catch {
            throw RedisError(
                .configuration, "TLS for \(configuration) cannot be set up. Check the certificate files.", cause: error)
        }
    }

    func connect() async throws(RedisError) -> RedisConnection {
        let connection = try await open()
        do {
            try await logIn(connection)
            return connection
        } catch {
            connection.close(error)
            throw error
        }
    }

    /// Opens a channel, or gives up at once when the task is cancelled: a name server or a firewall may be slow.
    private func open() async throws(RedisError) -> RedisConnection {
        let waiter = Waiter<RedisConnection>()
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.addHandlers(to: channel) }
            }
            .connect(host: configuration.host, port: configuration.port)
            .flatMapThrowing { channel in
                try channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self).connection
            }
            .whenComplete { result in
                switch result {
                case .success(let connection):
                    if !waiter.finish(.success(connection)) { connection.close(.shutDown) }
                case .failure(let error):
                    waiter.finish(.failure(unreachable(error)))
                }
            }
        return try await waiter.value(orWhenCancelled: .cancelled)
    }

    private func addHandlers(to channel: any Channel) throws {
        if let tls {
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLClientHandler(context: tls, serverHostname: serverName))
        }
        let connection = RedisConnection(channel: channel, configuration: configuration)
        try channel.pipeline.syncOperations.addHandler(RedisChannelHandler(connection: connection))
    }

    /// The name to ask for and to verify. Without one, NIOSSL verifies the peer's address: an address is no server name
    /// (RFC 6066, section 3).
    private var serverName: String? {
        let isAddress = (try? SocketAddress(ipAddress: configuration.host, port: configuration.port)) != nil
        return isAddress ? nil : configuration.host
    }

    private func unreachable(_ cause: any Error) -> RedisError {
        RedisError(
            .connection, "\(configuration.address) cannot be reached. Check the URL, and that Redis runs there.",
            cause: cause)
    }

    /// Nothing else is sent before this is done. The last command tells whether Redis will serve: while it loads its
    /// data from disk it answers `LOADING` to everyone.
    private func logIn(_ connection: RedisConnection) async throws(RedisError) {
        if let password = configuration.password {
            let user = configuration.username.map { [RedisArgument.string($0)] } ?? []
            try await perform(RedisCommand("AUTH", user + [.string(password)]), on: connection)
        }
        if configuration.database != 0 {
            try await perform(RedisCommand("SELECT", [.integer(Int64(configuration.database))]), on: connection)
        }
        try await perform(RedisCommand("CLIENT", ["SETNAME", .string(configuration.clientName)]), on: connection)
        try await perform(RedisCommand("PING"), on: connection)
    }

    private func perform(_ command: RedisCommand, on connection: RedisConnection) async throws(RedisError) {
        do {
            _ = try await connection.send(command)
        } catch {
            guard error.code == .server else { throw error }
            // A server that does not know AUTH may quote its arguments, and they are secret.
            let reason = command.name == "AUTH" ? error.errorPrefix ?? "" : error.message
            throw RedisError(
                .server,
                "\(configuration.address) refused \(command.name): \(reason). "
                    + "Check the user, the password and the database in the URL.",
                errorPrefix: error.errorPrefix)
        }
    }
}
