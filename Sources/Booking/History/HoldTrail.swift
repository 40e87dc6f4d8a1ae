import Inventory
import Metrics
import Synchronization

/// What has happened to holds and has yet to be written down.
///
/// Inventories only append to it. It is bounded: when it is full, steps are lost rather than that a sale waits; how many
/// is `usher_history_dropped_total`.
public final class HoldTrail: Sendable {
    /// A step as the inventory knows it; its words are found when it is written.
    struct Step: Sendable {
        let kind: HoldStep.Kind
        let offering: UniqueID
        let layout: Layout
        let reservation: Reservation
        let time: Moment
    }

    /// Steps that wait at most.
    static let limit = 50_000
    /// Steps that are written together, and as soon as there are as many.
    static let batch = 250

    private let steps = Mutex<[Step]>([])
    private let call = WakeUpCall()
    private let dropped = Counter(label: "usher_history_dropped_total")

    /// Makes an empty trail, to be given to the inventories and to what writes it.
    public init() {}

    func append(_ step: Step) {
        let count = steps.withLock { steps in
            guard steps.count < Self.limit else { return Self.limit + 1 }
            steps.append(step)
            return steps.count
        }
        if count == Self.batch { call.call() }
        if count > Self.limit { dropped.increment() }
    }

    /// Takes all that waits, in order.
    func takeAll() -> [Step] {
        steps.withLock { steps in
            // Steps that come while the others are written find room without growing the list anew.
            var empty: [Step] = []
            empty.reserveCapacity(min(steps.count, Self.batch))
            swap(&steps, &empty)
            return empty
        }
    }

    func drop(_ count: Int) {
        if count > 0 { dropped.increment(by: count) }
    }

    /// Returns when a batch waits, at the deadline, or when the task is cancelled.
    func wait(until deadline: Moment, on clock: any BookingClock) async {
        await call.wait(until: deadline, on: clock)
    }
}

extension HoldStep {
    init(_ step: HoldTrail.Step, time: Timestamp) {
        self.init(
            hold: HoldID(offering: step.offering, own: step.reservation.hold), customer: step.reservation.customer,
            units: step.reservation.claims.map { step.layout.name(of: $0.unit) }, kind: step.kind, time: time)
    }
}
