internal import Synchronization

/// Lends sessions with a server, each to one caller at a time.
///
/// libcurl blocks while it speaks to the server, so each session in use has a thread of a pool of its own, never one of
/// Swift's. Sessions keep their connections for the next caller.
final class CurlSessions<Session: Sendable>: Sendable {
    private let makeSession: @Sendable () throws -> Session
    private let threads: MailThreads
    private let idle = Mutex<[Session]>([])

    /// Prepares the threads.
    ///
    /// - Parameters:
    ///   - maximum: The most sessions at a time.
    ///   - areUrgent: Whether they go on however busy the machine is.
    init(maximum: Int, areUrgent: Bool, makeSession: @escaping @Sendable () throws -> Session) {
        self.makeSession = makeSession
        threads = MailThreads(count: maximum, areUrgent: areUrgent)
    }

    /// Runs `body` on a thread that may block. A cancelled caller waits too.
    func run(_ body: @escaping @Sendable (Session) throws -> Void) async throws {
        try await threads.run { [self] in
            let session = try idle.withLock { $0.popLast() } ?? makeSession()
            defer { idle.withLock { $0.append(session) } }
            try body(session)
        }
    }
}
