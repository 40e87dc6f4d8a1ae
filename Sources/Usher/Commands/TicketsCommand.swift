import ArgumentParser
import Tickets

/// `usher tickets`: what those at the door need.
struct TicketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tickets", abstract: "Print what it takes to check tickets.", subcommands: [PublicKey.self])

    /// `usher tickets public-key`
    struct PublicKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the Ed25519 public key, in PEM, with which tickets can be checked without a network.")

        @OptionGroup var shared: SharedOptions

        func run() throws {
            let (configuration, _) = try shared.load()
            // A secret that each start makes anew is not the one that the server's tickets are signed with.
            guard !configuration.isTicketSecretGenerated else { throw ConfigurationError.missing(.ticketsSecret) }
            print(try TicketSigner(secret: configuration.ticketSecret.text).publicKeyPEM, terminator: "")
        }
    }
}
