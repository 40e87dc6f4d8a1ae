/// Has everything that came while the last batch was on its way done as one batch.
///
/// So a lone item goes at once, and under load one statement serves many callers. A caller that is cancelled still
/// learns what became of its item.
actor Batches<Item: Sendable, Output: Sendable> {
    /// Items in one batch.
    private let limit = 256
    private let perform: @Sendable ([Item]) async throws -> [Output]
    private var waiting: [(item: Item, caller: CheckedContinuation<Output, any Error>)] = []
    private var isPerforming = false

    /// - Parameter perform: Answers for each item, in their order.
    init(perform: @escaping @Sendable ([Item]) async throws -> [Output]) {
        self.perform = perform
    }

    func add(_ item: Item) async throws -> Output {
        try await withCheckedThrowingContinuation { caller in
            waiting.append((item, caller))
            guard !isPerforming else { return }
            isPerforming = true
            Task { await performWaiting() }
        }
    }

    private func performWaiting() async {
        while !waiting.isEmpty {
            let batch = waiting.prefix(limit)
            waiting.removeFirst(batch.count)
            do {
                let outputs = try await perform(batch.map(\.item))
                precondition(outputs.count == batch.count, "each item has an answer")
                for (entry, output) in zip(batch, outputs) { entry.caller.resume(returning: output) }
            } catch {
                for entry in batch { entry.caller.resume(throwing: error) }
            }
        }
        isPerforming = false
    }
}
