/// Which statements the server has parsed for one connection, by least recent use.
///
/// A statement counts as prepared only when the server has said so. Whoever needs it meanwhile has it parsed for
/// himself, so that a prepare that fails, or is skipped after another error, harms its own caller alone.
struct PreparedStatements {
    enum Use: Hashable {
        /// Let the server parse it for this once.
        case once
        /// It has this name.
        case prepared(name: String)
        /// Prepare it under this name first.
        case prepare(name: String)
    }

    private struct Entry {
        let name: String
        var isReady = false
        var lastRound: UInt64
    }

    private let capacity: Int
    private var entries: [StatementSource: Entry] = [:]
    private var discarded: [String] = []
    private var round: UInt64 = 0
    private var lastName: UInt64 = 0

    init(capacity: Int = 256) {
        self.capacity = capacity
    }

    /// Says how to run a list of statements that are sent together: none of them is evicted for another.
    mutating func use(_ statements: [EncodedStatement]) -> [Use] {
        round += 1
        return statements.map { $0.isPrepared ? use($0.source) : .once }
    }

    /// The names of evicted statements, for the server to forget.
    mutating func takeDiscarded() -> [String] {
        defer { discarded = [] }
        return discarded
    }

    /// The server has prepared `source`.
    mutating func confirm(_ source: StatementSource) {
        entries[source]?.isReady = true
    }

    /// The server has not prepared `source`.
    mutating func forget(_ source: StatementSource) {
        entries[source] = nil
    }

    /// The server's copy of `source` is of no use any more.
    mutating func discard(_ source: StatementSource) {
        guard let entry = entries.removeValue(forKey: source) else { return }
        discarded.append(entry.name)
    }

    private mutating func use(_ source: StatementSource) -> Use {
        if let entry = entries[source] {
            entries[source]?.lastRound = round
            return entry.isReady ? .prepared(name: entry.name) : .once
        }
        guard entries.count < capacity || evict() else { return .once }
        lastName += 1
        let name = "usher_\(lastName)"
        entries[source] = Entry(name: name, lastRound: round)
        return .prepare(name: name)
    }

    private mutating func evict() -> Bool {
        let evictable = entries.filter { $0.value.isReady && $0.value.lastRound < round }
        guard let oldest = evictable.min(by: { $0.value.lastRound < $1.value.lastRound }) else { return false }
        discard(oldest.key)
        return true
    }
}
