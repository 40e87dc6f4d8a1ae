/// Where a message lies: its place in a partition of a topic.
struct MessagePosition: Hashable, Sendable {
    let topic: String
    let partition: Int32
    let offset: Int64
}

/// Knows which messages are done, and so up to which one each partition may be committed: the last before the first that
/// is not done. Pure bookkeeping, no I/O.
struct DeliveryProgress<Message: Sendable>: Sendable {
    private struct Partition: Hashable {
        let topic: String
        let number: Int32
    }

    private struct Entry {
        let offset: Int64
        let message: Message
        var isFinished = false
    }

    /// In the order of their offsets. Bounded by whoever calls `start`.
    private var uncommitted: [Partition: [Entry]] = [:]
    private var committable: [Partition: Message] = [:]

    /// How many messages were begun and wait for themselves or for one before them.
    private(set) var count = 0

    /// Begins a message.
    ///
    /// An offset that is not after the last one means that the partition was taken away and came back: what was known
    /// about it is void, and its messages come again.
    mutating func start(_ message: Message, at position: MessagePosition) {
        let partition = Partition(topic: position.topic, number: position.partition)
        if let last = uncommitted[partition]?.last, position.offset <= last.offset {
            count -= uncommitted.removeValue(forKey: partition)?.count ?? 0
            committable[partition] = nil
        }
        uncommitted[partition, default: []].append(Entry(offset: position.offset, message: message))
        count += 1
    }

    /// Ends a message: its mail is out, or there is none to send. An unknown position is ignored.
    ///
    /// - Complexity: Linear in the partition's uncommitted messages.
    mutating func finish(_ position: MessagePosition) {
        let partition = Partition(topic: position.topic, number: position.partition)
        guard var entries = uncommitted.removeValue(forKey: partition) else { return }
        if let index = entries.firstIndex(where: { $0.offset == position.offset }) {
            entries[index].isFinished = true
        }
        let finished = entries.prefix(while: \.isFinished)
        if let last = finished.last {
            committable[partition] = last.message
            count -= finished.count
            entries.removeFirst(finished.count)
        }
        if !entries.isEmpty { uncommitted[partition] = entries }
    }

    /// The last message of each partition up to which everything is done, unless it was taken before.
    mutating func takeCommittable() -> [Message] {
        defer { committable.removeAll() }
        return Array(committable.values)
    }
}
