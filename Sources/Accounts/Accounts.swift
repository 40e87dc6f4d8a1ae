public import Booking
public import Inventory
public import PostgresDriver

/// The users: who they are, and whether they know their password.
public struct Accounts: Sendable {
    let users: any UserStore
    let sessions: any SessionStore
    let codes: any CodeStore
    let hasher: PasswordHasher
    private let identifiers: any IdentifierSource
    private let now: @Sendable () -> Timestamp

    /// Accounts in PostgreSQL, whose `migrations` must have been applied.
    ///
    /// - Parameters:
    ///   - postgres: A client that somebody else runs.
    ///   - hasher: Hashes the passwords.
    ///   - identifiers: Makes the users' ids.
    ///   - now: The wall clock.
    public init(
        postgres: PostgresClient, hasher: PasswordHasher,
        identifiers: any IdentifierSource = SystemIdentifierSource(), now: @escaping @Sendable () -> Timestamp
    ) {
        self.init(
            users: PostgresUserStore(client: postgres), sessions: PostgresSessionStore(client: postgres),
            codes: PostgresCodeStore(client: postgres), hasher: hasher, identifiers: identifiers, now: now)
    }

    /// Accounts that end with the process, for trying the server out and for tests.
    public static func inMemory(
        hasher: PasswordHasher, identifiers: any IdentifierSource = SystemIdentifierSource(),
        now: @escaping @Sendable () -> Timestamp
    ) -> Self {
        let store = InMemoryAccountStore()
        return Self(users: store, sessions: store, codes: store, hasher: hasher, identifiers: identifiers, now: now)
    }

    init(
        users: any UserStore, sessions: any SessionStore, codes: any CodeStore, hasher: PasswordHasher,
        identifiers: any IdentifierSource, now: @escaping @Sendable () -> Timestamp
    ) {
        self.users = users
        self.sessions = sessions
        self.codes = codes
        self.hasher = hasher
        self.identifiers = identifiers
        self.now = now
    }

    /// Makes a customer's account.
    ///
    /// - Parameters:
    ///   - email: Trimmed and lowercased before it is kept; 254 characters at most.
    ///   - password: 8 to 72 bytes of UTF-8.
    ///   - name: 1 to 100 characters on one line, trimmed.
    /// - Throws: `invalidEmail`, `invalidPassword` or `invalidName` with the field; `emailTaken`; `busy`;
    ///   `databaseUnavailable`, after which the account may exist nevertheless.
    public func register(email: String, password: String, name: String) async throws(AccountsError) -> User {
        let stored = try await newUser(email: email, password: password, name: name, role: .customer)
        try await users.insert(stored)
        return stored.user
    }

    /// The user with this address and password.
    ///
    /// An address without an account takes as long as a wrong password, so that a stranger cannot tell them apart.
    ///
    /// - Throws: `invalidCredentials`, `busy`, `databaseUnavailable`.
    public func login(email: String, password: String) async throws(AccountsError) -> User {
        guard let address = try? EmailAddress(email) else { throw .invalidCredentials }
        return try await checked(address, password: password).user
    }

    /// The same, with the hash that the password was checked against.
    func checked(_ address: EmailAddress, password: String) async throws(AccountsError) -> StoredUser {
        guard let password = try? Password(password) else { throw .invalidCredentials }
        let stored = try await users.find(email: address.text)
        guard try await hasher.verify(password, against: stored?.passwordHash), let stored else {
            throw .invalidCredentials
        }
        return stored
    }

    /// The user with this id.
    ///
    /// - Throws: `userNotFound`, also for a valid token whose user lives in another service; `databaseUnavailable`.
    public func user(id: UniqueID) async throws(AccountsError) -> User {
        guard let stored = try await users.find(id: id) else { throw .userNotFound(id) }
        return stored.user
    }

    /// Changes a user's name, address or both; nil leaves as it is. Tokens issued before keep the old address.
    ///
    /// - Throws: `invalidName`, `invalidEmail`, `emailTaken`, `userNotFound`, `databaseUnavailable`.
    public func update(id: UniqueID, name: String? = nil, email: String? = nil) async throws(AccountsError) -> User {
        let name = try name.map(Self.checked(name:))
        let email = try email.map { raw throws(AccountsError) in try EmailAddress(raw).text }
        guard let user = try await users.update(id: id, name: name, email: email, at: now()) else {
            throw .userNotFound(id)
        }
        return user
    }

    /// Gives the user with this address another role. All sessions of the user end, on this node as soon as on the others.
    ///
    /// - Throws: `invalidEmail`, `userNotFound`, `busy`, `databaseUnavailable`.
    public func changeRole(ofEmail email: String, to role: Role) async throws(AccountsError) -> User {
        let address = try EmailAddress(email).text
        guard let user = try await users.find(email: address)?.user,
            let changed = try await sessions.replaceRole(of: user.id, by: role, at: now())
        else { throw AccountsError(.userNotFound, "No user has the address \(address).") }
        return changed.user
    }

    /// Sees to it that a user with this address, password, name and role exists, for demonstration data.
    ///
    /// An account that the address has already gets the name, role and password given here, and keeps its id.
    @discardableResult
    public func ensureUser(
        email: String, password: String, name: String, role: Role
    ) async throws(AccountsError) -> User {
        try await users.upsert(newUser(email: email, password: password, name: name, role: role))
    }

    private func newUser(
        email: String, password: String, name: String, role: Role
    ) async throws(AccountsError) -> StoredUser {
        let email = try EmailAddress(email).text
        let name = try Self.checked(name: name)
        let hash = try await hasher.hash(Password(password))
        let now = now()
        let user = User(id: identifiers.next(at: now), email: email, name: name, role: role, createdAt: now)
        return StoredUser(user: user, passwordHash: hash)
    }

    private static func checked(name raw: String) throws(AccountsError) -> String {
        let name = raw.trimmed
        guard name.isLine(of: 100) else {
            throw AccountsError(
                .invalidName, "A name must have 1 to 100 characters, and no control characters.", field: "name")
        }
        return name
    }
}

extension AccountsError {
    static let invalidCredentials = Self(
        .invalidCredentials, "The e-mail address or the password is wrong.")

    static func userNotFound(_ id: UniqueID) -> Self {
        Self(.userNotFound, "There is no user \(id) here.")
    }
}
