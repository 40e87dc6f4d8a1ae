import Foundation
import LocalStack

/// PostgreSQL, Redis and a Kafka broker of the suite's own, started by `scripts/stack`, to be killed, frozen and emptied.
struct Stack: Sendable {
    enum Server: String, CaseIterable, Sendable {
        case postgres, redis, kafka
    }

    /// One stack for each user at a time: `make test` and `make faults` may run together.
    let name: String
    /// Where PostgreSQL's data are instead of the stack's folder.
    let disk: Disk?
    private let script: URL
    private let folder: URL

    /// - Parameter repository: The root of the repository.
    init(name: String, repository: URL, disk: Disk? = nil) {
        self.name = name
        self.disk = disk
        script = repository.appending(path: "scripts/stack")
        let state = ProcessInfo.processInfo.environment["STACK_DIRECTORY"].map { URL(filePath: $0) }
        folder = (state ?? repository.appending(path: ".usher")).appending(path: name)
    }

    /// Starts what does not run, on the port that it had, and waits until it answers.
    func up() async throws {
        try await run("up")
    }

    /// Ends all servers and deletes their data.
    func remove() async throws {
        try await run("remove")
    }

    func port(of server: Server) throws -> Int {
        let text = try String(contentsOf: folder.appending(path: "run/\(server).port"), encoding: .utf8)
        guard let port = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw FaultsError("The stack \(name) has no port for \(server).")
        }
        return port
    }

    /// Ends a server as a power failure would, and waits until it is gone. PostgreSQL is shut down at once: killed, it
    /// would leave its children behind.
    func crash(_ server: Server) async throws {
        let process = try process(of: server)
        kill(process, server == .postgres ? SIGQUIT : SIGKILL)
        try await Pause.until(within: .seconds(60), "\(server) did not end") { !isAlive(process) }
    }

    /// Takes servers away for a time, and waits until they answer again. The broker does nothing in that time: killed, it
    /// would lose what it has acknowledged.
    ///
    /// - Parameter atEnd: Done before the first one is back.
    func without(_ servers: [Server], for duration: Duration, atEnd: () -> Void) async throws {
        let broker = servers.contains(.kafka) ? try process(of: .kafka) : nil
        if let broker { kill(broker, SIGSTOP) }
        do {
            // However this ends, the broker goes on.
            defer { if let broker { kill(broker, SIGCONT) } }
            for server in servers where server != .kafka { try await crash(server) }
            try await Pause.lasting(duration)
            atEnd()
        }
        try await up()
    }

    /// Deletes what the broker has stored. It must not run.
    func forgetLog() throws {
        try FileManager.default.removeItem(at: folder.appending(path: "kafka"))
    }

    private func process(of server: Server) throws -> pid_t {
        let text = try String(contentsOf: folder.appending(path: "run/\(server).pid"), encoding: .utf8)
        guard let process = text.split(separator: " ").first.flatMap({ pid_t($0) }) else {
            throw FaultsError("The stack \(name) does not know the process of \(server).")
        }
        return process
    }

    private func run(_ command: String) async throws {
        let place = disk.map { ["STACK_POSTGRES_DATA=\($0.folder.appending(path: "postgres").path)"] } ?? []
        try await Command.run(["env"] + place + [script.path, command, "--name", name])
    }
}

/// Whether a process runs. One that has ended and waits to be reaped does not.
private func isAlive(_ process: pid_t) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let state = stat.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z"
}
