import Synchronization

/// Lets those who want the same thing have it one after the other, in the order in which they came.
final class Turns: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    private let limit: Int
    /// Those who wait, for each thing that somebody has.
    private let waiters = Mutex<[String: [Waiter]]>([:])

    /// - Parameter limit: How many may wait for one thing.
    init(limit: Int) {
        self.limit = limit
    }

    /// Runs `body` when all who came before are done.
    ///
    /// - Throws: `busy` when too many wait, and what `body` throws.
    func take<Result>(
        _ thing: String, _ body: () async throws(AccountsError) -> Result
    ) async throws(AccountsError) -> Result {
        guard await hasTurn(for: thing) else {
            throw AccountsError(.busy, "Too many attempts at once. Try again in a few seconds.")
        }
        defer { pass(thing) }
        return try await body()
    }

    private func hasTurn(for thing: String) async -> Bool {
        var isAdmitted = true
        await withCheckedContinuation { (waiter: Waiter) in
            let waits = waiters.withLock { waiters in
                guard let queue = waiters[thing] else {
                    waiters[thing] = []
                    return false
                }
                isAdmitted = queue.count < limit
                if isAdmitted { waiters[thing, default: []].append(waiter) }
                return isAdmitted
            }
            if !waits { waiter.resume() }
        }
        return isAdmitted
    }

    private func pass(_ thing: String) {
        let next = waiters.withLock { waiters -> Waiter? in
            guard let queue = waiters[thing], let next = queue.first else {
                waiters[thing] = nil
                return nil
            }
            waiters[thing] = Array(queue.dropFirst())
            return next
        }
        next?.resume()
    }
}
