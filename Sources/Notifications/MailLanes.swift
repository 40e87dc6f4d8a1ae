/// Letters that must stay in order, each lane a queue behind the letter that is being handled. Pure bookkeeping, no I/O.
struct MailLanes: Sendable {
    /// Bounded by whoever calls `add`.
    private var waiting: [String: [Letter]] = [:]
    private(set) var isClosed = false

    /// Letters being handled: one of each lane.
    var count: Int { waiting.count }

    func isBusy(_ lane: String) -> Bool { waiting[lane] != nil }

    /// Puts a letter into its lane.
    ///
    /// - Returns: Whether it is to be handled at once; otherwise it is one of those that `next` gives.
    mutating func add(_ letter: Letter) -> Bool {
        guard !isClosed else { return false }
        guard waiting[letter.lane]?.append(letter) == nil else { return false }
        waiting[letter.lane] = []
        return true
    }

    /// The letter to be handled when the one before it in its lane is done; nil when there is none, or none may follow.
    mutating func next(in lane: String) -> Letter? {
        guard !isClosed, let letter = waiting[lane]?.first else {
            waiting[lane] = nil
            return nil
        }
        waiting[lane]?.removeFirst()
        return letter
    }

    /// Lets no further letter through, as none may overtake one that was interrupted. They all come again.
    mutating func close() {
        isClosed = true
    }
}
