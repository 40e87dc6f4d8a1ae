import Audit
import Booking
import LocalStack
import Logging
import PostgresDriver
import Simulation
import Synchronization
import Testing

@testable import Accounts

/// Where the users of a test are kept.
enum Backend: CaseIterable {
    case memory, postgres

    func withAccounts(
        now: @escaping @Sendable () -> Timestamp = { .noon }, _ body: (Accounts) async throws -> Void
    ) async throws {
        let hasher = try PasswordHasher(cost: 4)
        switch self {
        case .memory:
            try await body(.inMemory(hasher: hasher, now: now))
        case .postgres:
            try await Self.withPostgres { try await body(Accounts(postgres: $0, hasher: hasher, now: now)) }
        }
    }

    /// Runs `body` with a client of a database of its own.
    static func withPostgres(_ body: (PostgresClient) async throws -> Void) async throws {
        try await LocalStack.withDatabase { url in
            let client = PostgresClient(
                configuration: try PostgresConfiguration(url: url), logger: Logger(label: "test"))
            let running = Task { try await client.run() }
            defer { running.cancel() }
            _ = try await PostgresMigrator(migrations: Accounts.migrations + PostgresAuditLog.migrations)
                .migrate(client, logger: Logger(label: "test"))
            try await body(client)
            running.cancel()
            try await running.value
        }
    }

    /// Runs `body` with two nodes on one store.
    func withNodes(_ body: (Node, Node) async throws -> Void) async throws {
        let clock = ManualClock()
        try await withAccounts(now: { clock.timestamp }) { accounts in
            try await body(Node(accounts: accounts, clock: clock), Node(accounts: accounts, clock: clock))
        }
    }
}

/// What one node has in memory, on a store that it shares.
struct Node {
    static let secret = String(repeating: "s", count: 32)

    let clock: ManualClock
    let accounts: Accounts
    let tokens: Tokens
    let sessions: Sessions
    let codes: OneTimeCodes
    let mail = CodeInbox()
    let feed: RevocationFeed

    init(accounts: Accounts, clock: ManualClock) async throws {
        self.clock = clock
        self.accounts = accounts
        tokens = try await Tokens(secret: Self.secret, now: { clock.timestamp })
        let attempts = LoginAttempts(clock: clock)
        sessions = Sessions(accounts: accounts, tokens: tokens, attempts: attempts, now: { clock.timestamp })
        codes = OneTimeCodes(
            sessions: sessions, attempts: attempts, secret: Self.secret, delivery: mail, now: { clock.timestamp })
        feed = RevocationFeed(accounts: accounts, tokens: tokens, clock: clock, logger: Logger(label: "test"))
    }

    /// Ada's first session.
    func register() async throws(AccountsError) -> Session {
        try await sessions.register(email: "ada@example.com", password: "correct horse", name: "Ada")
    }

    func login(_ password: String = "correct horse") async throws(AccountsError) -> Session {
        try await sessions.login(email: "ada@example.com", password: password, from: "here")
    }

    /// Nil when the token is good.
    func refusal(of session: Session) async -> AccountsError.Code? {
        await refusal { try await tokens.verify(session.token.text) }
    }

    func refusal<Result>(of body: () async throws -> Result) async -> AccountsError.Code? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? AccountsError)?.code ?? AccountsError.Code(rawValue: "\(error)")
        }
    }
}

/// The codes that users have got.
final class CodeInbox: CodeDelivery {
    private let kept = Mutex<[OneTimeCode]>([])

    var codes: [OneTimeCode] { kept.withLock(\.self) }

    func deliver(_ code: OneTimeCode) {
        kept.withLock { $0.append(code) }
    }
}
