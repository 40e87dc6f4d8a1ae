import Foundation

/// A PostgreSQL server of the test's own, on a free port of 127.0.0.1, that it may stop, kill and freeze.
final class OwnServer: Sendable {
    private let folder: URL
    private let port: Int

    /// The data folder, for files that the server shall read at its start.
    var data: URL { folder.appending(path: "data") }

    /// Runs `body` with a server that is up. Its user is `usher` with the password `secret`.
    static func withServer<Value>(
        isolation: isolated (any Actor)? = #isolation, configuration: String = "",
        prepare: (OwnServer) throws -> Void = { _ in }, _ body: (OwnServer) async throws -> Value
    ) async throws -> Value {
        let server = try OwnServer(configuration: configuration)
        defer { server.remove() }
        try prepare(server)
        try server.start()
        return try await body(server)
    }

    private init(configuration: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString)")
        let (descriptor, port) = try boundSocket()
        close(descriptor)
        self.port = port
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try run("chmod", "777", folder.path)
        let passwordFile = folder.appending(path: "password")
        try "secret\n".write(to: passwordFile, atomically: true, encoding: .utf8)
        try asServer(
            "initdb", "--pgdata", data.path, "--username", "usher", "--pwfile", passwordFile.path, "--auth",
            "scram-sha-256", "--no-sync")
        let settings = """
            listen_addresses = '127.0.0.1'
            port = \(port)
            unix_socket_directories = ''
            fsync = off
            \(configuration)
            """
        try write(settings, to: "postgresql.auto.conf")
    }

    func url(_ query: String = "", password: String = "secret") -> String {
        "postgresql://usher:\(password)@127.0.0.1:\(port)/postgres?\(query)"
    }

    /// Returns when the server takes connections.
    func start() throws {
        try asServer("pg_ctl", "start", "--wait", "--pgdata", data.path, "--log", data.path + "/log")
    }

    /// Ends the server without farewell, as a crash would.
    func kill() throws {
        try asServer("pg_ctl", "stop", "--mode", "immediate", "--pgdata", data.path)
    }

    /// Ends the server, which tells its clients so.
    func stop() throws {
        try asServer("pg_ctl", "stop", "--mode", "fast", "--pgdata", data.path)
    }

    /// Writes a file that belongs to the server into the data folder.
    func write(_ text: String, to name: String) throws {
        let source = folder.appending(path: name)
        try text.write(to: source, atomically: true, encoding: .utf8)
        try run("chmod", "644", source.path)
        try asServer("install", "-m", "600", source.path, data.appending(path: name).path)
    }

    private func remove() {
        try? kill()
        try? asServer("rm", "-rf", data.path)
        try? FileManager.default.removeItem(at: folder)
    }

    /// PostgreSQL refuses to run as root.
    private func asServer(_ program: String, _ arguments: String...) throws {
        let user = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
        let programs = try output("pg_config", "--bindir").trimmingCharacters(in: .newlines)
        let path = "PATH=\(programs):/usr/bin:/bin"
        try run(user + ["env", path, program] + arguments)
    }
}

/// A socket on a free port of 127.0.0.1.
func boundSocket() throws -> (descriptor: Int32, port: Int) {
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
    guard isBound else { throw CommandFailed(command: "bind", output: "errno \(errno)") }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

/// Runs a program to its end.
func run(_ arguments: String...) throws {
    try run(arguments)
}

private func run(_ arguments: [String]) throws {
    _ = try output(arguments)
}

private func output(_ arguments: String...) throws -> String {
    try output(arguments)
}

/// The output goes through a file: a server that inherits a pipe would keep it open.
private func output(_ arguments: [String]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "usher-output-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: file)
    process.standardError = process.standardOutput
    try process.run()
    process.waitUntilExit()
    let output = try String(contentsOf: file, encoding: .utf8)
    guard process.terminationStatus == 0 else {
        throw CommandFailed(command: arguments.joined(separator: " "), output: output)
    }
    return output
}

private struct CommandFailed: Error, CustomStringConvertible {
    let command: String
    let output: String
    var description: String { "\(command) failed: \(output)" }
}
