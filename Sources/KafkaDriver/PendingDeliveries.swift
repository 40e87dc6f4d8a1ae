/// The records whose delivery reports have not come yet, by the batches in which they were sent.
///
/// A pure state machine: each method returns the caller to resume, if there is one, so that it is done outside the lock.
struct PendingDeliveries {
    typealias Outcome = Result<KafkaDelivery, KafkaError>
    typealias Caller = CheckedContinuation<[Outcome], Never>

    /// Names one record while librdkafka has it: small enough to travel in the message's opaque pointer, so that there
    /// is no memory to leak when a report never comes.
    struct Ticket: Hashable {
        let batch: UInt32
        let index: UInt32

        init(batch: UInt32, index: Int) {
            self.batch = batch
            self.index = UInt32(index)
        }

        init(tag: UInt) {
            self.batch = UInt32(truncatingIfNeeded: tag >> 32)
            self.index = UInt32(truncatingIfNeeded: tag)
        }

        var tag: UInt { UInt(batch) << 32 | UInt(index) }
    }

    /// A caller with all its answers.
    struct Answered {
        let caller: Caller
        let outcomes: [Outcome]

        func resume() {
            caller.resume(returning: outcomes)
        }
    }

    private struct Batch {
        let caller: Caller
        var outcomes: [Outcome?]
        var waiting: Int

        /// True when this was the last answer.
        mutating func settle(_ index: Int, _ outcome: Outcome) -> Bool {
            guard index < outcomes.count, outcomes[index] == nil else { return false }
            outcomes[index] = outcome
            waiting -= 1
            return waiting == 0
        }

        func answered(missing: KafkaError) -> Answered {
            Answered(caller: caller, outcomes: outcomes.map { $0 ?? .failure(missing) })
        }
    }

    private var batches: [UInt32: Batch] = [:]
    private var next: UInt32 = 0

    var isEmpty: Bool { batches.isEmpty }

    /// A number for a batch that is about to be added.
    mutating func reserve() -> UInt32 {
        repeat { next &+= 1 } while batches[next] != nil
        return next
    }

    /// Adds a batch of `count` records, at least one, whose caller waits.
    mutating func add(_ batch: UInt32, count: Int, caller: Caller) {
        batches[batch] = Batch(caller: caller, outcomes: Array(repeating: nil, count: count), waiting: count)
    }

    /// Notes what became of one record. Reports for a caller who is gone are ignored.
    mutating func settle(_ ticket: Ticket, _ outcome: Outcome) -> Answered? {
        guard
            let place = batches.index(forKey: ticket.batch),
            batches.values[place].settle(Int(ticket.index), outcome)
        else { return nil }
        return remove(ticket.batch, missing: KafkaError(.closed, "the record was never answered"))
    }

    /// Takes a batch out; its unanswered records get `missing` as their outcome.
    mutating func remove(_ batch: UInt32, missing: KafkaError) -> Answered? {
        batches.removeValue(forKey: batch)?.answered(missing: missing)
    }

    /// Takes every batch out; unanswered records get `missing` as their outcome.
    mutating func removeAll(missing: KafkaError) -> [Answered] {
        defer { batches = [:] }
        return batches.values.map { $0.answered(missing: missing) }
    }
}
