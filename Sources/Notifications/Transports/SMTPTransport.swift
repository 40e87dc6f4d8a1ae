/// Sends mail through an SMTP server. Connections stay open for the next mail.
public final class SMTPTransport: MailTransport {
    private let sessions: CurlSessions<SMTPSession>

    /// Prepares the threads; connects with the first mail.
    ///
    /// - Parameter isUrgent: Whether its mails go out at once, however busy the machine is.
    public init(configuration: SMTPConfiguration, isUrgent: Bool = false) {
        sessions = CurlSessions(maximum: configuration.maximumConnections, areUrgent: isUrgent) {
            try SMTPSession(configuration)
        }
    }

    /// Sends the mail and waits for the server's word that it has it.
    ///
    /// A cancelled caller waits too; once the server is being spoken to, no longer than the configuration's timeout.
    /// - Throws: `unavailable`, `deferred` or `rejected`.
    public func send(_ mail: Mail) async throws {
        try await sessions.run { session in
            try session.send(mail.mimeMessage, from: mail.sender.address, to: mail.recipient.address)
        }
    }
}
