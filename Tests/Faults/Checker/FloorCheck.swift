/// Judges the places that have no numbers: never are more of them taken than there are, and none is refused that is free.
///
/// The answers do not tell the moment at which a place was taken or given back. So each hold has a time for which it had
/// its places for certain, and a longer one for which it may have had them.
struct FloorCheck {
    private struct Stay {
        let hold: String
        let places: Int
        /// Twice when a payment came late.
        var certain: [Range<Instant>]
        var possible: Range<Instant>
    }

    private let stays: [Stay]
    private let capacity: Int

    /// - Parameter steps: What happened on the floor.
    init(steps: [SeatStep], bookings: [LedgerBooking], capacity: Int) {
        let holds = Dictionary(bookings.map { ($0.id, $0.hold) }) { first, _ in first }
        let byHold = Dictionary(grouping: steps) { $0.effect.hold(of: holds) }
        stays = byHold.compactMap { hold, steps in hold.flatMap { Self.stay(of: $0, steps) } }
        self.capacity = capacity
    }

    private static func stay(of hold: String, _ steps: [SeatStep]) -> Stay? {
        var taking: SeatStep?
        var deadline = Deadline(earliest: .zero, latest: .zero)
        var release: (earliest: Instant, latest: Instant) = (Deadline.never, Deadline.never)
        var cancellation = release
        var isSold = false
        var lateSale: Instant?
        for step in steps {
            switch step.effect {
            case .hold(_, let until):
                taking = step
                deadline = deadline.latest(until)
            case .extend(_, let until):
                // One that may not have happened gives no more time for certain.
                deadline = deadline.latest(step.isOptional ? Deadline(earliest: .zero, latest: until.latest) : until)
            case .release:
                release = (step.earliest, step.isOptional ? release.latest : step.latest)
            case .cancel: cancellation = (step.earliest, step.latest)
            case .book, .fail: deadline = deadline.open
            case .confirm: isSold = true
            case .confirmLate: lateSale = step.latest
            case .see, .seeGone: break
            }
        }
        guard let taking else { return nil }
        let end: (earliest: Instant, latest: Instant) =
            isSold ? cancellation : (min(deadline.earliest, release.earliest), min(deadline.latest, release.latest))
        var certain = [Range(from: taking.latest, to: end.earliest)]
        if let lateSale { certain.append(Range(from: lateSale, to: cancellation.earliest)) }
        return Stay(
            hold: hold, places: taking.floor, certain: certain,
            possible: Range(from: taking.earliest, to: lateSale == nil ? end.latest : Deadline.never))
    }

    func violations(of operations: [Operation]) -> [String] {
        overbooking + operations.compactMap(unfoundedRefusal)
    }

    /// The worst moment at which more places are taken than there are.
    private var overbooking: [String] {
        let beginnings = stays.flatMap { $0.certain.map(\.lowerBound) }
        let worst = beginnings.map { ($0, certain($0...$0)) }.max { $0.1 < $1.1 }
        guard let (moment, taken) = worst, taken > capacity else { return [] }
        let holds = stays.filter { $0.certain.contains { $0.contains(moment) } }.map(\.hold).sorted()
        return ["\(Hall.floor): \(taken) of \(capacity) places are taken at \(moment.text), by \(holds)"]
    }

    private func unfoundedRefusal(_ operation: Operation) -> String? {
        guard case .hold(_, let asked) = operation.request, case .unavailable(_, let left?) = operation.answer else {
            return nil
        }
        let time = operation.sent...operation.answered
        let mayBeLeft = (capacity - possible(time))...max(capacity - certain(time), capacity - possible(time))
        guard left >= asked || !mayBeLeft.contains(left) else { return nil }
        return "\(Hall.floor): \(asked) places were refused at \(operation.answered.text) with \(left) left, where "
            + "\(mayBeLeft) can have been"
    }

    /// The places that are taken all the time.
    private func certain(_ time: ClosedRange<Instant>) -> Int {
        stays.filter { stay in
            stay.certain.contains { $0.contains(time.lowerBound) && $0.contains(time.upperBound) }
        }.reduce(0) { $0 + $1.places }
    }

    /// The places that may be taken at some time.
    private func possible(_ time: ClosedRange<Instant>) -> Int {
        stays.filter { $0.possible.overlaps(time) }.reduce(0) { $0 + $1.places }
    }
}

extension SeatStep.Effect {
    /// - Parameter holds: That of each booking.
    fileprivate func hold(of holds: [String: String]) -> String? {
        switch self {
        case .hold(let hold, _), .extend(let hold, _), .release(let hold), .book(let hold, _),
            .confirmLate(let hold, _), .seeGone(let hold):
            hold
        case .fail(let booking), .confirm(let booking), .cancel(let booking): holds[booking]
        case .see: nil
        }
    }
}

extension Deadline {
    fileprivate func latest(_ other: Deadline) -> Deadline {
        Deadline(earliest: max(earliest, other.earliest), latest: max(latest, other.latest))
    }
}

extension Range where Bound == Instant {
    /// Empty when the end is not after the beginning.
    fileprivate init(from beginning: Instant, to end: Instant) {
        self = beginning..<Swift.max(beginning, end)
    }
}
