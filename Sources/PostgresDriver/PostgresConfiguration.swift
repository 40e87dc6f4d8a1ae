internal import CPostgreSQL

/// Where the database is, and how much is asked of it.
public struct PostgresConfiguration: Sendable {
    /// The URL with its password: for libpq's eyes only.
    let url: String

    /// How many connections the client keeps open; at least one. Each has a thread of its own.
    public var connections: Int = 4

    /// How many statements may wait or be on their way, over all connections; one more fails with `.queueFull` at once.
    public var queuedStatements: Int = 4096

    /// How long connecting may take, and how long a statement waits while there is no connection.
    public var connectTimeout: Duration = .seconds(5)

    /// How long a statement waits once there was a connection and the last one has been lost; nil for `connectTimeout`.
    public var outageTimeout: Duration?

    /// How long the server works on one statement before it gives up.
    ///
    /// A connection on which nothing happens for this long plus `connectTimeout` counts as dead.
    public var statementTimeout: Duration = .seconds(30)

    /// How long statements that were sent may take to finish after the graceful shutdown has begun.
    public var shutdownTimeout: Duration = .seconds(5)

    /// Checks and keeps a URL, `postgresql://user:password@host:port/database?sslmode=verify-full&…`.
    ///
    /// - Throws: ``PostgresError`` `.configuration` when libpq cannot read the URL. The error never quotes it.
    public init(url: String) throws(PostgresError) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            throw PostgresError(.configuration, "the URL of the database must start with postgresql://")
        }
        guard let options = PQconninfoParse(url, nil) else {
            // libpq's own message quotes parts of the URL, and so perhaps of the password.
            throw PostgresError(
                .configuration,
                "the URL of the database cannot be read: write postgresql://user:password@host:port/database, "
                    + "with special characters percent-encoded")
        }
        PQconninfoFree(options)
        self.url = url
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The limits, without the URL.
    public var description: String {
        "PostgresConfiguration(connections: \(connections), queuedStatements: \(queuedStatements), "
            + "connectTimeout: \(connectTimeout), statementTimeout: \(statementTimeout), "
            + "shutdownTimeout: \(shutdownTimeout))"
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// Hides the URL from `dump`.
    public var customMirror: Mirror {
        Mirror(self, children: ["connections": connections, "queuedStatements": queuedStatements])
    }
}
