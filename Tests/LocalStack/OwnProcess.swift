import Foundation
import Glibc

/// A server process of the test's own, on a free port of 127.0.0.1 and with a folder of its own, that the test may kill,
/// freeze and start again.
public final class OwnProcess {
    /// The port that the server is to listen on.
    public let port: Int
    private let folder: URL
    private let program: String
    private let arguments: [String]
    private var process: Process?
    private var exit: ProcessExit?

    /// Starts a server, without waiting until it answers: clients do that themselves.
    ///
    /// - Parameter arguments: Given the port and the folder.
    public init(_ program: String, arguments: (_ port: Int, _ folder: String) -> [String]) throws {
        let (descriptor, port) = try boundSocket()
        close(descriptor)
        self.port = port
        self.program = program
        folder = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString)")
        self.arguments = arguments(port, folder.path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts the server again.
    public func start() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        exit = try process.start()
        self.process = process
    }

    /// Ends the server as a power failure would.
    public func kill() {
        signal(SIGKILL)
        exit?.wait()
    }

    /// Lets the server keep its connections and answer nothing.
    public func freeze() { signal(SIGSTOP) }

    /// Ends a freeze.
    public func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if let process, process.isRunning { Glibc.kill(process.processIdentifier, number) }
    }
}

extension OwnProcess {
    /// A Redis without persistence.
    public static func redis() throws -> OwnProcess {
        try OwnProcess("redis-server") { port, folder in
            ["--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--dir", folder]
        }
    }

    /// The broker of the local stack.
    public static func kafka() throws -> OwnProcess {
        // The program itself rather than its Python wrapper, so that signals reach the broker.
        let python = ProcessInfo.processInfo.environment["STACK_PYTHON"] ?? "/usr/bin/python3"
        let libraries = URL(filePath: python).deletingLastPathComponent().appending(path: "../lib").standardized
        let version = try FileManager.default.contentsOfDirectory(atPath: libraries.path).first {
            $0.hasPrefix("python3")
        }
        let program = libraries.appending(path: "\(version ?? "python3")/site-packages/noida_db/noida-db")
        return try OwnProcess(program.path) { port, folder in
            ["start", "--only", "kafka", "--host", "127.0.0.1", "--kafka-port", "\(port)", "--data-dir", folder]
        }
    }
}
