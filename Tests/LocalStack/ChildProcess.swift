public import Foundation

/// A program that runs beside the tests, with the given environment and nothing else. It is killed when nobody needs it
/// any more.
public final class ChildProcess: Sendable {
    /// How a program ended.
    public enum End: Hashable, Sendable {
        /// By itself, with this status.
        case exited(Int32)
        /// By a signal.
        case killed(signal: Int32)
    }

    /// Standard output as it comes, until the program has ended; for one reader.
    public let output: AsyncStream<Data>

    private let process: Process
    private let errors: URL
    private let ending: Task<End?, Never>

    /// Starts a program.
    ///
    /// - Parameter folder: Its working folder, in which what it writes to standard error is kept too.
    public init(_ executable: URL, _ arguments: [String], environment: [String: String], folder: URL) throws {
        let (output, chunks) = AsyncStream.makeStream(of: Data.self)
        let (ends, end) = AsyncStream.makeStream(of: End.self)
        errors = folder.appending(path: "errors-\(UUID()).log")
        try Data().write(to: errors)
        let pipe = Pipe()
        let reading = pipe.fileHandleForReading
        // Not its readability handler, which does not always tell of the pipe's end.
        Thread.detachNewThread {
            while case let chunk = reading.availableData, !chunk.isEmpty { chunks.yield(chunk) }
            chunks.finish()
        }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = try FileHandle(forWritingTo: errors)
        process.terminationHandler = { process in
            end.yield(End(process))
            end.finish()
        }
        self.output = output
        self.process = process
        ending = Task { await ends.first { _ in true } }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// What the program has written to standard error so far.
    public var errorText: String {
        (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
    }

    /// Whether the program has not ended yet.
    public var isRunning: Bool { process.isRunning }

    /// The bytes of memory that the program uses now (Linux).
    public var residentBytes: Int {
        get throws {
            let pages = try String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8)
                .split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return (pages ?? 0) * Int(getpagesize())
        }
    }

    /// Sends a signal and goes on.
    public func signal(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Waits until the program has ended; nil when the test has run out of time.
    public func end() async -> End? {
        await ending.value
    }
}

extension ChildProcess.End {
    fileprivate init(_ process: Process) {
        self =
            process.terminationReason == .exit
            ? .exited(process.terminationStatus) : .killed(signal: process.terminationStatus)
    }
}
