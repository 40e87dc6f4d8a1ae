internal import Foundation
internal import NIOCore
public import NIOSSL

/// Where Redis is, who we are there, and how much may wait for it.
public struct RedisConfiguration: Sendable {
    /// The server's name or address.
    public let host: String
    /// The server's port.
    public let port: Int
    /// The user to log in as; nil for Redis' default user.
    public let username: String?
    /// The number of the database.
    public let database: Int
    /// The name that `CLIENT LIST` shows for the connection.
    public var clientName = "usher"
    /// How many commands may wait for their answers. One more is refused at once with ``RedisError/Code/queueFull``.
    public var queuedCommands = 16_384
    /// How long one attempt to connect may take, and how long commands wait for the first connection.
    public var connectTimeout: Duration = .seconds(5)
    /// How long an answer may take. A server that is slower counts as dead, and the connection is dropped.
    public var commandTimeout: Duration = .seconds(5)
    /// How long a shutdown waits for the answers to what was sent. The rest fails with ``RedisError/Code/closed``.
    public var drainTimeout: Duration = .seconds(2)
    /// How TLS is spoken; nil for plain text. The default for `rediss://` verifies the certificate and the host's name
    /// against the system's certificate authorities.
    public var tlsConfiguration: TLSConfiguration?

    let password: String?

    /// Reads `redis://[user:password@]host[:port][/database]`, or `rediss://…` for TLS.
    ///
    /// `?sslrootcert=FILE` (`rediss://` only) replaces the system's certificate authorities by those in a PEM file.
    /// Special characters in the user and the password are percent-encoded.
    ///
    /// - Throws: ``RedisError/Code/configuration``, without the URL, since that may hold a password.
    public init(url: String) throws(RedisError) {
        guard let parts = URLComponents(string: url) else {
            throw Self.invalid("it is not a URL")
        }
        guard let scheme = parts.scheme, ["redis", "rediss"].contains(scheme) else {
            throw Self.invalid("it must start with redis:// or rediss://")
        }
        guard let host = parts.host, !host.isEmpty else {
            throw Self.invalid("it names no host")
        }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        port = parts.port ?? 6379
        username = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password
        guard username == nil || password != nil else {
            throw Self.invalid("it names a user without a password")
        }
        database = try Self.database(path: parts.path)
        tlsConfiguration = try Self.tlsConfiguration(usesTLS: scheme == "rediss", parts.queryItems ?? [])
    }

    private static func database(path: String) throws(RedisError) -> Int {
        let name = path.drop { $0 == "/" }
        if name.isEmpty { return 0 }
        guard let number = Int(name), number >= 0 else {
            throw invalid("the path must be the number of a database, such as /0")
        }
        return number
    }

    private static func tlsConfiguration(
        usesTLS: Bool, _ options: [URLQueryItem]
    ) throws(RedisError) -> TLSConfiguration? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // A dead peer does not say goodbye, and the next connection waits for the end of this one.
        configuration.shutdownTimeout = .seconds(1)
        for option in options {
            guard usesTLS, option.name == "sslrootcert", let file = option.value, !file.isEmpty else {
                throw invalid("the option \(option.name) is unknown here; rediss:// takes sslrootcert=FILE")
            }
            configuration.trustRoots = .file(file)
        }
        return usesTLS ? configuration : nil
    }

    private static func invalid(_ why: String) -> RedisError {
        RedisError(
            .configuration,
            "the URL of Redis cannot be used: \(why). Write redis://[user:password@]host[:port][/database].")
    }
}

// However a configuration is printed, its password is not part of it.
extension RedisConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL without its password.
    public var description: String {
        let scheme = tlsConfiguration == nil ? "redis" : "rediss"
        return "\(scheme)://\(username.map { "\($0)@" } ?? "")\(address)/\(database)"
    }

    /// The URL without its password.
    public var debugDescription: String { description }

    /// No children: a mirror would show the password.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// `host:port`, for messages.
    var address: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
