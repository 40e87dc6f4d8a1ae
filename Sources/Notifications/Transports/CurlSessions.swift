internal import NIOPosix
internal import Synchronization

/// Lends sessions with a server, each to one caller at a time.
///
/// libcurl blocks while it speaks to the server, so each session in use has a thread of a pool of its own, never one of
/// Swift's. Sessions keep their connections for the next caller.
final class CurlSessions<Session: Sendable>: Sendable {
    private let makeSession: @Sendable () throws -> Session
    private let pool: NIOThreadPool
    private let idle = Mutex<[Session]>([])

    /// Prepares the threads.
    ///
    /// - Parameter maximum: The most sessions at a time.
    init(maximum: Int, makeSession: @escaping @Sendable () throws -> Session) {
        self.makeSession = makeSession
        pool = NIOThreadPool(numberOfThreads: maximum)
        pool.start()
    }

    deinit {
        pool.shutdownGracefully { _ in }
    }

    /// Runs `body` on a thread that may block. A cancelled caller waits too once it has begun.
    func run(_ body: @escaping @Sendable (Session) throws -> Void) async throws {
        try await pool.runIfActive { [self] in
            let session = try idle.withLock { $0.popLast() } ?? makeSession()
            defer { idle.withLock { $0.append(session) } }
            try body(session)
        }
    }
}
