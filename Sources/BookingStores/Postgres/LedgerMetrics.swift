import Booking
import Metrics

/// How bookings change, and how many changes share a commit: `usher_booking_changes_total`, `usher_ledger_batch_size` and
/// `usher_ledger_batch_duration_seconds`.
struct LedgerMetrics: Sendable {
    private let changes = Dictionary(
        uniqueKeysWithValues: LedgerChange.Kind.allCases.map { kind in
            (kind, Counter(label: "usher_booking_changes_total", dimensions: [("change", kind.rawValue)]))
        })
    private let batchSize = Recorder(label: "usher_ledger_batch_size")
    private let batchDuration = Timer(label: "usher_ledger_batch_duration_seconds")

    /// A change is durable.
    func count(_ change: LedgerChange) {
        changes[change.kind]?.increment()
    }

    /// Writes a batch, and measures it.
    func measure<Outcome>(_ size: Int, _ write: () async -> Outcome) async -> Outcome {
        batchSize.record(size)
        let start = ContinuousClock.now
        defer { batchDuration.record(duration: start.duration(to: .now)) }
        return await write()
    }
}
