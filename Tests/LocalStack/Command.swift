import Dispatch
import Foundation

/// A program that is run to its end, for what it prints.
public enum Command {
    /// Runs a program, found in the PATH, on a thread that may wait for it.
    ///
    /// - Returns: What it prints, errors included.
    /// - Throws: When it does not exit with 0; the error has what it printed.
    @discardableResult
    public static func run(_ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try output(arguments) })
            }
        }
    }

    /// Not Foundation's `Process`, which waits for the grandchildren as well, and a server is one.
    private static func output(_ arguments: [String]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "usher-output-\(UUID().uuidString)").path
        defer { unlink(file) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, file, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        var status: Int32 = 0
        guard posix_spawnp(&process, arguments[0], &actions, nil, &words, environ) == 0,
            waitpid(process, &status, 0) == process
        else { throw CommandFailed(command: arguments[0], output: "errno \(errno)") }
        let output = try String(contentsOfFile: file, encoding: .utf8)
        guard status == 0 else { throw CommandFailed(command: arguments.joined(separator: " "), output: output) }
        return output
    }
}

struct CommandFailed: Error, CustomStringConvertible {
    let command: String
    let output: String
    var description: String { "\(command) failed: \(output)" }
}
