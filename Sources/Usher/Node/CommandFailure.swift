import Foundation
import NIOCore
import Notifications
import PostgresDriver

/// Why a command could not do its work: one sentence for the person who ran it, without the insides of an error.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ error: any Error, configuration: UsherConfiguration) {
        description =
            switch error {
            case let error as IOError:
                Self.listening(on: configuration.http, reason: String(cString: strerror(error.errnoCode)))
            case is SocketAddressError.UnknownHost:
                Self.listening(on: configuration.http, reason: "There is no such host")
            case let error as PostgresError: Self.database(configuration.database.url, error)
            case let error as MailError: "\(error.message)."
            default: "\(error)"
            }
    }

    /// Nothing but the HTTP server's socket ends a command with an error of the operating system.
    private static func listening(on http: UsherConfiguration.HTTP, reason: String) -> String {
        """
        Usher cannot listen on \(http.host), port \(http.port): \(reason). \
        Check \(ConfigurationKey.httpHost.variable) and \(ConfigurationKey.httpPort.variable).
        """
    }

    private static func database(_ url: ServerURL, _ error: PostgresError) -> String {
        // The cause says more than "there was no connection".
        let reason = (error.cause as? PostgresError ?? error).message
        return """
            The database \(url) cannot be used. \
            Check that it runs, and \(ConfigurationKey.databaseURL.variable): \(reason)
            """
    }
}
