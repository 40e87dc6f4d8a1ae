import Booking
import Inventory

/// Sends everything that arrived while the last batch was in flight as one batch.
///
/// So a batch grows with the load: a lone item goes at once, and under load one durable write serves many callers. A
/// caller that is cancelled still learns its item's true outcome.
actor GroupCommitter<Item: Sendable, Output: Sendable> {
    typealias Outcome = Result<Output, any Error>

    /// How long callers wait.
    struct Patience {
        let duration: Duration
        let clock: any BookingClock
    }

    private let limit: Int
    private let capacity: Int
    private let patience: Patience?
    private let executor: (any TaskExecutor)?
    private let commitBatch: @Sendable ([Item]) async -> [Outcome]
    private(set) var waiting: [(item: Item, ticket: Int)] = []
    private var callers: [Int: CheckedContinuation<Output, any Error>] = [:]
    private var deadlines: [(ticket: Int, deadline: Moment)] = []
    private var isWatched = false
    private var tickets = 0
    private(set) var isCommitting = false

    /// - Parameters:
    ///   - limit: Items of one batch, at most.
    ///   - capacity: Items that wait, at most. Those of callers who have lost their patience wait too.
    ///   - patience: When it is over, a caller is told so, though its item may be committed all the same; nil for as long
    ///     as it takes.
    ///   - executor: Where batches are committed; nil for the default.
    ///   - commitBatch: Commits items and answers for each, in their order.
    init(
        limit: Int, capacity: Int = 16_384, patience: Patience? = nil, executor: (any TaskExecutor)? = nil,
        commitBatch: @escaping @Sendable ([Item]) async -> [Outcome]
    ) {
        self.limit = limit
        self.capacity = capacity
        self.patience = patience
        self.executor = executor
        self.commitBatch = commitBatch
    }

    func commit(_ item: Item) async throws -> Output {
        guard waiting.count < capacity else { throw TooManyWait() }
        return try await withCheckedThrowingContinuation { caller in
            tickets += 1
            callers[tickets] = caller
            waiting.append((item, tickets))
            if let patience { watch(tickets, patience) }
            guard !isCommitting else { return }
            isCommitting = true
            Task(executorPreference: executor) { await self.commitWaiting() }
        }
    }

    private func commitWaiting() async {
        while !waiting.isEmpty {
            let batch = waiting.prefix(limit)
            waiting.removeFirst(batch.count)
            let outcomes = await commitBatch(batch.map(\.item))
            precondition(outcomes.count == batch.count, "each item has an outcome")
            for (entry, outcome) in zip(batch, outcomes) {
                callers.removeValue(forKey: entry.ticket)?.resume(with: outcome)
            }
        }
        isCommitting = false
    }
}

// MARK: - Patience

/// So many items wait that another one would wait in vain; it was not taken in.
struct TooManyWait: Error {}

/// A caller has waited long enough; its item may be committed all the same.
struct CommitTimedOut: Error {}

extension GroupCommitter {
    private func watch(_ ticket: Int, _ patience: Patience) {
        deadlines.append((ticket, patience.clock.now + patience.duration))
        guard !isWatched else { return }
        isWatched = true
        Task { await watchDeadlines(patience.clock) }
    }

    /// One timer for all: it looks again when the oldest caller's patience is over that has no answer yet.
    private func watchDeadlines(_ clock: any BookingClock) async {
        while let next = deadlines.first(where: { callers[$0.ticket] != nil }) {
            try? await clock.sleep(until: next.deadline)
            let now = clock.now
            let isOver = deadlines.prefix { $0.deadline <= now }
            deadlines.removeFirst(isOver.count)
            for entry in isOver { callers.removeValue(forKey: entry.ticket)?.resume(throwing: CommitTimedOut()) }
        }
        deadlines = []
        isWatched = false
    }
}
