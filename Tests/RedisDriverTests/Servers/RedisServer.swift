import Foundation
import LocalStack
import NIOCore
import NIOPosix

/// A redis-server of the test's own, which it may kill, stop and start again on the same port.
final class RedisServer {
    let port: Int
    private static let certificateFile = "cert.pem"
    private let directory: URL
    private let options: [String]
    private var process: Process
    private var exit: ProcessExit

    /// Starts a server on a free port of the loopback interface, without waiting for it: clients do that themselves.
    ///
    /// - Parameter options: given the server's directory and port.
    init(options: (_ directory: URL, _ port: Int) throws -> [String] = { _, port in ["--port", "\(port)"] })
        async throws
    {
        port = try await freePort()
        directory = FileManager.default.temporaryDirectory.appending(path: "redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        self.options = try options(directory, port)
        (process, exit) = try Self.launch(self.options, in: directory)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The file with the certificate of a server that was made by ``withTLS(subject:)``.
    var certificate: String { directory.appending(path: Self.certificateFile).path }

    var url: String { "redis://127.0.0.1:\(port)" }

    /// Ends the server as a power failure would.
    func kill() {
        signal(SIGKILL)
        exit.wait()
    }

    func start() throws {
        (process, exit) = try Self.launch(options, in: directory)
    }

    /// Lets the server keep its connections and answer nothing.
    func freeze() { signal(SIGSTOP) }

    func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if process.isRunning { Foundation.kill(process.processIdentifier, number) }
    }

    private static func launch(_ options: [String], in directory: URL) throws -> (Process, ProcessExit) {
        try run("redis-server", options + ["--bind", "127.0.0.1", "--save", "", "--dir", directory.path])
    }
}

extension RedisServer {
    /// A server that speaks TLS only, with a certificate that it signed itself.
    static func withTLS(subject: String = "IP:127.0.0.1") async throws -> RedisServer {
        try await RedisServer { directory, port in
            let certificate = directory.appending(path: certificateFile).path
            let key = directory.appending(path: "key.pem").path
            try makeCertificate(certificate, key: key, subject: subject)
            return [
                "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", certificate, "--tls-key-file", key,
                "--tls-auth-clients", "no",
            ]
        }
    }

    private static func makeCertificate(_ certificate: String, key: String, subject: String) throws {
        let (_, exit) = try run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-subj", "/CN=redis", "-addext", "subjectAltName=\(subject)", "-keyout", key, "-out", certificate,
            ])
        exit.wait()
    }
}

private func run(_ program: String, _ arguments: [String]) throws -> (Process, ProcessExit) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return (process, try process.start())
}

private func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    try await channel.close()
    return port
}
