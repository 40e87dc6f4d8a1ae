import Foundation
import LocalStack

/// `usher serve`, run as its users run it.
final class ServerProcess: Sendable {
    let settings: ServerSettings
    /// `http://host:port`
    let url: String
    private let child: ChildProcess

    /// Starts a server with the demo accounts and waits until it says that it serves.
    init(_ settings: ServerSettings) async throws {
        let child = try Self.launch(settings)
        self.settings = settings
        self.child = child
        var greeting = ""
        for await chunk in child.output {
            greeting += String(decoding: chunk, as: UTF8.self)
            if let match = greeting.firstMatch(of: /serves on (https?:\S+)\n/) {
                url = String(match.1)
                return
            }
        }
        throw NotStarted(errors: child.errorText)
    }

    /// Starts a server of which it is not known whether it will serve, or another of Usher's commands.
    static func launch(
        _ settings: ServerSettings, _ arguments: [String] = ["serve", "--demo-data"]
    ) throws -> ChildProcess {
        // Swift's own report of a crash would hide behind a minute of symbol look-ups.
        let environment = settings.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        return try ChildProcess(
            try executable, arguments, environment: environment, folder: settings.folder)
    }

    /// SwiftPM puts the program beside the tests.
    private static var executable: URL {
        get throws {
            guard let folder = Bundle.main.executableURL?.deletingLastPathComponent() else { throw NotBuilt() }
            return folder.appending(path: "usher")
        }
    }

    /// The server's log.
    var log: String { child.errorText }

    var port: Int { URL(string: url)?.port ?? 0 }

    /// The bytes of memory that the server uses now.
    var residentBytes: Int { get throws { try child.residentBytes } }

    /// Asks the server to stop (SIGTERM), and goes on.
    func requestStop() {
        child.signal(SIGTERM)
    }

    /// Has the server read its certificate again (SIGHUP).
    func reload() {
        child.signal(SIGHUP)
    }

    /// Waits until the server has ended.
    func end() async -> ChildProcess.End? {
        await child.end()
    }

    /// Stops the server (SIGTERM) and waits until it has ended.
    func stop() async -> ChildProcess.End? {
        requestStop()
        return await end()
    }

    /// Ends the server as a crash does (SIGKILL).
    func kill() async {
        child.signal(SIGKILL)
        _ = await end()
    }
}

private struct NotStarted: Error, CustomStringConvertible {
    let errors: String
    var description: String { "The server ended before it served:\n\(errors)" }
}

private struct NotBuilt: Error {}
