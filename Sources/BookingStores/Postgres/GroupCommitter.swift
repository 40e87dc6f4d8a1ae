/// Sends everything that arrived while the last batch was in flight as one batch.
///
/// So a batch grows with the load: a lone item goes at once, and under load one durable write serves many callers. A
/// caller that is cancelled still learns its item's true outcome.
actor GroupCommitter<Item: Sendable, Output: Sendable> {
    typealias Outcome = Result<Output, any Error>

    private let limit: Int
    private let commitBatch: @Sendable ([Item]) async -> [Outcome]
    private(set) var waiting: [(item: Item, caller: CheckedContinuation<Output, any Error>)] = []
    private var isCommitting = false

    /// - Parameters:
    ///   - limit: Items of one batch, at most.
    ///   - commitBatch: Commits items and answers for each, in their order.
    init(limit: Int, commitBatch: @escaping @Sendable ([Item]) async -> [Outcome]) {
        self.limit = limit
        self.commitBatch = commitBatch
    }

    func commit(_ item: Item) async throws -> Output {
        try await withCheckedThrowingContinuation { caller in
            waiting.append((item, caller))
            guard !isCommitting else { return }
            isCommitting = true
            Task { await commitWaiting() }
        }
    }

    private func commitWaiting() async {
        while !waiting.isEmpty {
            let batch = waiting.prefix(limit)
            waiting.removeFirst(batch.count)
            let outcomes = await commitBatch(batch.map(\.item))
            precondition(outcomes.count == batch.count, "each item has an outcome")
            for (entry, outcome) in zip(batch, outcomes) {
                entry.caller.resume(with: outcome)
            }
        }
        isCommitting = false
    }
}
