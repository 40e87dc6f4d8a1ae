import Accounts
import ArgumentParser
import Booking
import PostgresDriver

/// `usher role`: makes a user an organizer, staff or admin; the first admin can come from nowhere else.
struct RoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "Give a user another role, and end the user's sessions.")

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The user's e-mail address.") var address: String

    @Argument(
        help: "\(Role.allCases.map(\.rawValue).joined(separator: ", "))",
        transform: { text in
            guard let role = Role(rawValue: text) else {
                throw ValidationError("A role is one of \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return role
        })
    var role: Role

    func run() async throws {
        let (configuration, logger) = try shared.load()
        let client = try StoreClients.postgres(configuration, logger: logger)
        let clock = SystemBookingClock()
        let accounts = Accounts(
            postgres: client, hasher: try PasswordHasher(cost: configuration.bcryptCost), now: { clock.timestamp })
        let change = OneOff {
            try await DatabaseSchema.migrate(client, logger: logger)
            let user = try await accounts.changeRole(ofEmail: address, to: role)
            print("\(user.email) is \(user.role.rawValue) now.")
        }
        try await configuration.run([client, change], logger: logger)
    }
}
