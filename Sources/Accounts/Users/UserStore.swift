import Booking
import Inventory

/// A user and the hash that only this room sees.
struct StoredUser: Sendable {
    var user: User
    var passwordHash: String
}

/// Where users are kept. Addresses come normalised, and no two users have the same.
protocol UserStore: Sendable {
    /// Adds a user.
    ///
    /// - Throws: `emailTaken` when the address has an account.
    func insert(_ stored: StoredUser) async throws(AccountsError)

    /// Adds a user, or gives the one with this address the new name, role and password; returns who has it now.
    func upsert(_ stored: StoredUser) async throws(AccountsError) -> User

    /// The user with this address.
    func find(email: String) async throws(AccountsError) -> StoredUser?

    /// The user with this id.
    func find(id: UniqueID) async throws(AccountsError) -> StoredUser?

    /// Changes what is not nil; returns nil when there is no such user.
    ///
    /// - Throws: `emailTaken` when another user has the address.
    func update(id: UniqueID, name: String?, email: String?, at now: Timestamp) async throws(AccountsError) -> User?
}

extension AccountsError {
    static let emailTaken = Self(
        .emailTaken, "This e-mail address has an account already. Log in instead.", field: "email")
}
