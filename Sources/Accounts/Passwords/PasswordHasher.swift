import NIOPosix
import Synchronization

/// Hashes passwords on threads of its own, so that requests never wait behind one, and refuses when too many wait.
///
/// The threads end when the last reference to the hasher goes.
public final class PasswordHasher: Sendable {
    private let cost: Int
    private let limit: Int
    private let pool: NIOThreadPool
    private let unfinished = Mutex(0)

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - cost: 2^cost rounds of bcrypt, 4 to 16. Ten takes about 50 ms of a core.
    ///   - threads: How many passwords are hashed at the same time, 1 to 64; each takes a core.
    ///   - waiting: How many more may wait, 0 to 10,000; the next ones are refused with `busy`.
    /// - Throws: `invalidConfiguration` when a number is out of bounds.
    public init(cost: Int = 10, threads: Int = 1, waiting: Int = 64) throws(AccountsError) {
        guard Bcrypt.costs.contains(cost), (1...64).contains(threads), (0...10_000).contains(waiting) else {
            throw AccountsError(
                .invalidConfiguration,
                "Hashing passwords with cost \(cost), \(threads) threads and \(waiting) waiting is out of bounds. "
                    + "Choose a cost of 4 to 16, 1 to 64 threads and 0 to 10000 waiting.")
        }
        self.cost = cost
        limit = threads + waiting
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    deinit {
        pool.shutdownGracefully { _ in }
    }

    /// Hashes a new password with a new salt.
    func hash(_ password: Password) async throws(AccountsError) -> String {
        let cost = cost
        guard let hash = try await run({ Bcrypt.hash(password, cost: cost) }) else {
            throw AccountsError(.invalidConfiguration, "The system's libcrypt cannot make bcrypt hashes.")
        }
        return hash
    }

    /// Whether the password gives the hash; with no hash it takes as long and says no.
    func verify(_ password: Password, against hash: String?) async throws(AccountsError) -> Bool {
        let other = hash ?? Bcrypt.unmatchableHash(cost: cost)
        return try await run { Bcrypt.verify(password, against: other) } && hash != nil
    }

    /// Runs blocking work on the hasher's threads.
    ///
    /// - Throws: `busy`, at once when too many wait.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable () -> Result
    ) async throws(AccountsError) -> Result {
        let isAdmitted = unfinished.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isAdmitted else {
            throw AccountsError(.busy, "Too many passwords are being checked. Try again in a few seconds.")
        }
        defer { unfinished.withLock { $0 -= 1 } }
        do {
            return try await pool.runIfActive(work)
        } catch {
            throw AccountsError(.busy, "The password was not checked, since its request was cancelled.", cause: error)
        }
    }
}
