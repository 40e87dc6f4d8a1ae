internal import NIOPosix
internal import Synchronization

/// Sends mail through an SMTP server.
///
/// libcurl blocks while it speaks to the server, so each mail in flight has a thread of a pool of its own, never one of
/// Swift's. Connections stay open for the next mail.
public final class SMTPTransport: MailTransport {
    private let configuration: SMTPConfiguration
    private let pool: NIOThreadPool
    private let idleSessions = Mutex<[SMTPSession]>([])

    /// Prepares the threads; connects with the first mail.
    public init(configuration: SMTPConfiguration) {
        self.configuration = configuration
        pool = NIOThreadPool(numberOfThreads: configuration.maximumConnections)
        pool.start()
    }

    deinit {
        pool.shutdownGracefully { _ in }
    }

    /// Sends the mail and waits for the server's word that it has it.
    ///
    /// A cancelled caller waits too once the server is being spoken to, no longer than the configuration's timeout.
    /// - Throws: `unavailable`, `deferred` or `rejected`.
    public func send(_ mail: Mail) async throws {
        try await pool.runIfActive { [self] in
            let session = try idleSessions.withLock { $0.popLast() } ?? SMTPSession(configuration)
            defer { idleSessions.withLock { $0.append(session) } }
            try session.send(mail.mimeMessage, from: mail.sender.address, to: mail.recipient.address)
        }
    }
}
