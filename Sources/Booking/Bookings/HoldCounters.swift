import Metrics

/// Counts holds by what came of them: `usher_holds_total`.
///
/// In an on-sale nearly all are refused, so the usual refusals have their handles ready.
struct HoldCounters: Sendable {
    private static let label = "usher_holds_total"

    private let granted = Self.counter("granted")
    private let refusals: [BookingError.Code: Counter]

    init() {
        let usual: [BookingError.Code] = [.seatsUnavailable, .customerLimit, .saleNotOpen, .saleClosed, .tooManyUnits]
        refusals = Dictionary(uniqueKeysWithValues: usual.map { ($0, Self.counter($0.rawValue)) })
    }

    /// Runs what places a hold, and counts its outcome.
    func count(_ place: () async throws(BookingError) -> Hold) async throws(BookingError) -> Hold {
        do {
            let hold = try await place()
            granted.increment()
            return hold
        } catch {
            (refusals[error.code] ?? Self.counter(error.code.rawValue)).increment()
            throw error
        }
    }

    private static func counter(_ result: String) -> Counter {
        Counter(label: label, dimensions: [("result", result)])
    }
}
