import Foundation
import LocalStack

/// `usher serve`, run as its users run it.
struct Server: Sendable {
    /// The port that it listens on.
    let port: Int
    private let child: ChildProcess

    /// Starts a server with the demo accounts, and waits until it says that it serves.
    ///
    /// - Throws: `FaultsError` when it ends before that.
    init(program: URL, environment: [String: String], folder: URL) async throws {
        // libfaketime sets itself up in one program and works in the next.
        let child = try ChildProcess(
            URL(filePath: "/usr/bin/env"), [program.path, "serve", "--demo-data"], environment: environment,
            folder: folder)
        var greeting = ""
        for await chunk in child.output {
            greeting += String(decoding: chunk, as: UTF8.self)
            if let match = greeting.firstMatch(of: /serves on http:\S+:(\d+)\n/), let port = Int(match.1) {
                self.port = port
                self.child = child
                return
            }
        }
        let end = await child.end().map { "\($0)" } ?? "cancelled"
        throw FaultsError("The server ended (\(end)) before it served: \(child.errorText.suffix(2_000))")
    }

    /// Whether it has not ended, by itself or otherwise.
    var isRunning: Bool { child.isRunning }

    /// The server's log.
    var log: String { child.errorText }

    /// Ends it as a crash does.
    func kill() async {
        child.signal(SIGKILL)
        _ = await child.end()
    }

    /// Keeps it from doing anything, as a machine that is starved or a virtual one that is moved.
    func freeze() { child.signal(SIGSTOP) }

    func thaw() { child.signal(SIGCONT) }

    /// Asks it to stop, and waits until it has.
    func stop() async {
        child.signal(SIGTERM)
        _ = await child.end()
    }
}
