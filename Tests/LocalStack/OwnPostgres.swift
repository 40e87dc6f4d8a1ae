public import Foundation

/// A PostgreSQL server of the test's own, on a free port of 127.0.0.1, that it may stop, kill and freeze.
public final class OwnPostgres: Sendable {
    private let folder: URL
    private let port: Int

    /// The data folder, for files that the server shall read at its start.
    public var data: URL { folder.appending(path: "data") }

    /// Runs `body` with a server that is up. Its user is `usher` with the password `secret`.
    public static func withServer<Value>(
        isolation: isolated (any Actor)? = #isolation, configuration: String = "",
        prepare: (OwnPostgres) async throws -> Void = { _ in }, _ body: (OwnPostgres) async throws -> Value
    ) async throws -> Value {
        let server = try OwnPostgres()
        do {
            try await server.create(configuration)
            try await prepare(server)
            try await server.start()
            let value = try await body(server)
            await server.remove()
            return value
        } catch {
            await server.remove()
            throw error
        }
    }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString)")
        let (descriptor, port) = try boundSocket()
        close(descriptor)
        self.port = port
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // For the user of the server, who is not the one of the tests when those run as root.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
    }

    private func create(_ configuration: String) async throws {
        let passwordFile = folder.appending(path: "password")
        try "secret\n".write(to: passwordFile, atomically: true, encoding: .utf8)
        try await asServer(
            "initdb", "--pgdata", data.path, "--username", "usher", "--pwfile", passwordFile.path, "--auth",
            "scram-sha-256", "--no-sync")
        let settings = """
            listen_addresses = '127.0.0.1'
            port = \(port)
            unix_socket_directories = ''
            fsync = off
            \(configuration)
            """
        try await write(settings, to: "postgresql.auto.conf")
    }

    public func url(_ query: String = "", password: String = "secret") -> String {
        "postgresql://usher:\(password)@127.0.0.1:\(port)/postgres?\(query)"
    }

    /// Returns when the server takes connections.
    public func start() async throws {
        try await asServer("pg_ctl", "start", "--wait", "--pgdata", data.path, "--log", data.path + "/log")
    }

    /// Ends the server without farewell, as a crash would.
    public func kill() async throws {
        try await asServer("pg_ctl", "stop", "--mode", "immediate", "--pgdata", data.path)
    }

    /// Ends the server, which tells its clients so.
    public func stop() async throws {
        try await asServer("pg_ctl", "stop", "--mode", "fast", "--pgdata", data.path)
    }

    /// Writes a file that belongs to the server into the data folder.
    public func write(_ text: String, to name: String) async throws {
        let source = folder.appending(path: name)
        try text.write(to: source, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: source.path)
        try await asServer("install", "-m", "600", source.path, data.appending(path: name).path)
    }

    /// Reads a file of the data folder.
    public func read(_ name: String) async throws -> String {
        try await asServer("cat", data.appending(path: name).path)
    }

    private func remove() async {
        // A test may have ended it already.
        try? await kill()
        _ = try? await asServer("rm", "-rf", data.path)
        try? FileManager.default.removeItem(at: folder)
    }

    /// PostgreSQL refuses to run as root.
    @discardableResult
    private func asServer(_ program: String, _ arguments: String...) async throws -> String {
        let user = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
        let programs = try await Command.run(["pg_config", "--bindir"]).trimmingCharacters(in: .newlines)
        let path = "PATH=\(programs):/usr/bin:/bin"
        return try await Command.run(user + ["env", path, program] + arguments)
    }
}

/// A socket on a free port of 127.0.0.1.
public func boundSocket() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard isBound else { throw NoFreePort(errno: errno) }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

private struct NoFreePort: Error {
    let errno: Int32
}
