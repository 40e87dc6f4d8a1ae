import Booking
import Inventory
import LocalStack
import Logging
import PostgresDriver
import Testing

@testable import Accounts

/// One contract for each store of users.
@Suite(.timeLimit(.minutes(1))) struct AccountsTests {
    @Test(arguments: Backend.allCases)
    func `registers a customer, who is found by id and can log in`(backend: Backend) async throws {
        try await backend.withAccounts { accounts in
            let user = try await accounts.register(
                email: " Ada@Example.com ", password: "correct horse", name: "  Ada Lovelace 🎩 ")
            #expect(user.email == "ada@example.com")
            #expect(user.name == "Ada Lovelace 🎩")
            #expect(user.role == .customer)
            #expect(user.createdAt == .noon)
            #expect(try await accounts.user(id: user.id) == user)
            #expect(try await accounts.login(email: "ADA@example.com", password: "correct horse") == user)
        }
    }

    @Test(arguments: Backend.allCases)
    func `refuses a wrong password and an unknown address alike`(backend: Backend) async throws {
        try await backend.withAccounts { accounts in
            _ = try await accounts.register(email: "ada@example.com", password: "correct horse", name: "Ada")
            let attempts = [
                ("ada@example.com", "Correct horse"), ("ada@example.com", "correct horse "), ("ada@example.com", ""),
                ("ada@example.com", String(repeating: "x", count: 73)), ("bob@example.com", "correct horse"),
                ("not an address", "correct horse"), ("", ""), ("ada@example.com' OR 1=1 --", "correct horse"),
            ]
            var messages: Set<String> = []
            for (email, password) in attempts {
                let error = await #expect(throws: AccountsError.self) {
                    try await accounts.login(email: email, password: password)
                }
                #expect(error?.code == .invalidCredentials)
                messages.insert(error?.description ?? "")
            }
            #expect(messages.count == 1)
        }
    }

    @Test(
        arguments: [
            ("ada", "correct horse", "Ada", .invalidEmail, "email"),
            ("ada@example.com", "short", "Ada", .invalidPassword, "password"),
            ("ada@example.com", "correct horse", " \t", .invalidName, "name"),
            ("ada@example.com", "correct horse", "A\nda", .invalidName, "name"),
            ("ada@example.com", "correct horse", "A\u{0}da", .invalidName, "name"),
            ("ada@example.com", "correct horse", "A\u{2028}da", .invalidName, "name"),
            ("ada@example.com", "correct horse", String(repeating: "a", count: 101), .invalidName, "name"),
        ] as [(String, String, String, AccountsError.Code, String)])
    func `names the field that keeps an account from being made`(
        email: String, password: String, name: String, code: AccountsError.Code, field: String
    ) async throws {
        try await Backend.memory.withAccounts { accounts in
            let error = await #expect(throws: AccountsError.self) {
                try await accounts.register(email: email, password: password, name: name)
            }
            #expect(error?.code == code)
            #expect(error?.field == field)
        }
    }

    @Test(arguments: Backend.allCases)
    func `gives an address to one of many who register it at once`(backend: Backend) async throws {
        try await backend.withAccounts { accounts in
            let outcomes = await withTaskGroup(of: Result<User, AccountsError>.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        let email = number.isMultiple(of: 2) ? "ada@example.com" : "ADA@EXAMPLE.COM"
                        do throws(AccountsError) {
                            return .success(
                                try await accounts.register(email: email, password: "password \(number)", name: "Ada"))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let winners = outcomes.compactMap { try? $0.get() }
            #expect(winners.count == 1)
            for case .failure(let error) in outcomes {
                #expect(error.code == .emailTaken)
                #expect(error.field == "email")
            }
            let winner = try #require(winners.first)
            #expect(try await accounts.user(id: winner.id) == winner)
        }
    }

    @Test(arguments: Backend.allCases)
    func `changes what is given and keeps the rest`(backend: Backend) async throws {
        try await backend.withAccounts { accounts in
            let ada = try await accounts.register(email: "ada@example.com", password: "correct horse", name: "Ada")
            let renamed = try await accounts.update(id: ada.id, name: " Ada L. ")
            #expect(renamed.name == "Ada L.")
            #expect(renamed.email == ada.email)
            let moved = try await accounts.update(id: ada.id, email: "Lovelace@Example.com")
            #expect(moved.name == "Ada L.")
            #expect(moved.email == "lovelace@example.com")
            #expect(moved.id == ada.id)
            #expect(moved.createdAt == ada.createdAt)
            #expect(try await accounts.user(id: ada.id) == moved)
            #expect(try await accounts.login(email: "lovelace@example.com", password: "correct horse") == moved)
            #expect(try await accounts.update(id: ada.id) == moved)
            _ = try await accounts.register(email: "ada@example.com", password: "correct horse", name: "Another Ada")
        }
    }

    @Test(arguments: Backend.allCases)
    func `refuses to change to another's address, or a user who is not there`(backend: Backend) async throws {
        try await backend.withAccounts { accounts in
            let ada = try await accounts.register(email: "ada@example.com", password: "correct horse", name: "Ada")
            let bob = try await accounts.register(email: "bob@example.com", password: "correct horse", name: "Bob")
            var error = await #expect(throws: AccountsError.self) {
                try await accounts.update(id: bob.id, name: "Robert", email: "ADA@example.com")
            }
            #expect(error?.code == .emailTaken)
            #expect(try await accounts.user(id: bob.id) == bob)
            #expect(try await accounts.update(id: ada.id, email: "ada@example.com") == ada)
            let nobody = UniqueID(high: 1, low: 2)
            error = await #expect(throws: AccountsError.self) { try await accounts.update(id: nobody, name: "Nobody") }
            #expect(error?.code == .userNotFound)
            error = await #expect(throws: AccountsError.self) { try await accounts.user(id: nobody) }
            #expect(error?.code == .userNotFound)
        }
    }

    @Test(arguments: Backend.allCases)
    func `ensures a user with a role, again and again, under one id`(backend: Backend) async throws {
        try await backend.withAccounts { accounts in
            let first = try await accounts.ensureUser(
                email: "olga@example.com", password: "first password", name: "Olga", role: .organizer)
            #expect(first.role == .organizer)
            let second = try await accounts.ensureUser(
                email: "Olga@Example.com", password: "second password", name: "Olga O.", role: .admin)
            #expect(second.id == first.id)
            #expect(second.role == .admin)
            #expect(second.name == "Olga O.")
            #expect(second.createdAt == first.createdAt)
            #expect(try await accounts.login(email: "olga@example.com", password: "second password") == second)
            await #expect(throws: AccountsError.self) {
                try await accounts.login(email: "olga@example.com", password: "first password")
            }
        }
    }

    @Test func `tells that the database does not answer`() async throws {
        let client = PostgresClient(
            configuration: try PostgresConfiguration(url: LocalStack.postgresURL), logger: Logger(label: "test"))
        let stopped = Task { try await client.run() }
        stopped.cancel()
        try await stopped.value
        let accounts = Accounts(postgres: client, hasher: try PasswordHasher(cost: 4), now: { .noon })
        let error = await #expect(throws: AccountsError.self) {
            try await accounts.login(email: "ada@example.com", password: "correct horse")
        }
        #expect(error?.code == .databaseUnavailable)
        #expect((error?.cause as? PostgresError)?.code == .closed)
    }
}
