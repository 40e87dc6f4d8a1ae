/// The end of a fault, and how soon customers are to be served again.
struct Recovery: Sendable {
    /// Longer than customers should have to wait.
    static let usualLimit = Duration.seconds(10)

    /// When the fault was over.
    let from: Instant
    var limit = Self.usualLimit
    /// Whether customers are served only when they can book.
    var isOfBookings = false

    /// How long it took until the first request that was sent after the fault was answered as it should; nil when none
    /// was.
    func time(in operations: [Operation]) -> Duration? {
        operations.filter { operation in
            guard operation.sent >= from else { return false }
            return switch operation.answer {
            case .held: !isOfBookings
            case .accepted: true
            default: false
            }
        }.map { $0.answered - from }.min()
    }

    func violation(in operations: [Operation]) -> String? {
        let time = time(in: operations)
        guard time.map({ $0 <= limit }) != true else { return nil }
        return "I9: it took \(time?.text ?? "for ever") until customers were served again, not \(limit) at most"
    }
}
