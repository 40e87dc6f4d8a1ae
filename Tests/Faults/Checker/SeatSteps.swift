/// Takes a history apart: what happened to each seat, and on the floor.
struct SeatSteps {
    private let history: History
    private let bookingsByID: [String: LedgerBooking]
    /// The bookings of each hold.
    private let bookingsByHold: [String: [LedgerBooking]]
    /// The seats of each hold that a customer knows, and the floor when it has places there.
    private let unitsByHold: [String: [String]]
    /// When each hold was first asked to be booked.
    private let bookedAt: [String: Instant]
    private var steps: [String: [SeatStep]] = [:]

    static func all(of history: History) -> [String: [SeatStep]] {
        var parts = SeatSteps(history)
        parts.collect()
        return parts.steps
    }

    private init(_ history: History) {
        self.history = history
        bookingsByID = Dictionary(history.bookings.map { ($0.id, $0) }) { first, _ in first }
        bookingsByHold = Dictionary(grouping: history.bookings, by: \.hold)
        unitsByHold = history.operations.reduce(into: [:]) { units, operation in
            if case .held(let hold, let seats, let floor, _) = operation.answer {
                units[hold] = Self.units(seats, floor)
            }
        }
        bookedAt = Self.firstBookings(history.operations)
    }

    private static func units(_ seats: [String], _ floor: Int) -> [String] {
        floor > 0 ? seats + [Hall.floor] : seats
    }

    private static func firstBookings(_ operations: [Operation]) -> [String: Instant] {
        operations.reduce(into: [:]) { times, operation in
            guard case .book(let hold) = operation.request else { return }
            times[hold] = min(times[hold] ?? operation.sent, operation.sent)
        }
    }

    /// Requests with one key are one: it took effect between the first try and the first answer, which is repeated.
    ///
    /// A refusal stays beside the tries without an answer before it, since one of them may have taken effect all the
    /// same. And it may be followed by another answer when it could not be kept for its key.
    static func once(_ operations: [Operation]) -> [Operation] {
        var tries: [String: [Int]] = [:]
        return operations.reduce(into: []) { result, operation in
            guard let key = operation.key else { return result.append(operation) }
            let earlier = tries[key] ?? []
            let isRepeated = earlier.contains { result[$0].isSuccess || result[$0].answer == operation.answer }
            if isRepeated { return }
            if !operation.isRefusal, let open = earlier.first(where: { !result[$0].isAnswered }) {
                // A retry that never reached a server says nothing of the first try.
                guard operation.answer != .notSent else { return }
                result[open].answer = operation.answer
                result[open].answered = operation.answered
            } else {
                tries[key, default: []].append(result.count)
                result.append(operation)
                // What is refused may have been found out by the first try.
                if operation.isRefusal, let first = earlier.first { result[result.count - 1].sent = result[first].sent }
            }
        }
    }

    private mutating func collect() {
        var told: Set<String> = []
        for operation in history.operations {
            if case .accepted(let booking) = operation.answer { told.insert(booking) }
        }
        for (index, operation) in Self.once(history.operations).enumerated() where operation.answer != .notSent {
            take(operation, number: index, told: told)
        }
        for booking in history.bookings { takeEnd(of: booking) }
    }

    private mutating func take(_ operation: Operation, number: Int, told: Set<String>) {
        let (sent, answered) = (operation.sent, operation.isAnswered ? operation.answered : Deadline.never)
        let isOptional = !operation.isAnswered

        func step(_ effect: SeatStep.Effect, _ what: String) -> SeatStep {
            SeatStep(
                effect: effect, earliest: sent, latest: answered, isOptional: isOptional,
                source: "\(what) of customer \(operation.customer)")
        }

        switch (operation.request, operation.answer) {
        case (.hold, .held(let hold, let seats, let floor, let left)):
            let deadline = Deadline(sent: sent, answered: operation.answered, left: left)
            var taking = step(.hold(hold, until: deadline), "hold \(hold.suffix(12))")
            taking.floor = floor
            add(taking, to: Self.units(seats, floor))
        case (.hold(let seats, let floor), .unknown):
            let deadline = Deadline(earliest: sent, latest: Deadline.never)
            var taking = step(.hold("unanswered \(number)", until: deadline), "unanswered hold")
            taking.floor = floor
            add(taking, to: Self.units(seats, floor))
        case (.hold, .unavailable(let seats, _)):
            for (seat, status) in seats { add(step(.see(status), "refusal: \(status)"), to: [seat]) }
        case (.look, .seats(let seats)):
            for (seat, status) in seats { add(step(.see(status), "map: \(status)"), to: [seat]) }
        case (.extend(let hold), .extended(let left)):
            let deadline = Deadline(sent: sent, answered: operation.answered, left: left)
            add(step(.extend(hold, until: deadline), "extension"), to: unitsByHold[hold])
        case (.extend(let hold), .unknown):
            let deadline = Deadline(earliest: sent, latest: Deadline.never)
            add(step(.extend(hold, until: deadline), "unanswered extension"), to: unitsByHold[hold])
        case (.release(let hold), .released), (.release(let hold), .unknown):
            add(step(.release(hold), isOptional ? "unanswered release" : "release"), to: unitsByHold[hold])
        case (.book(let hold), .accepted(let booking)):
            add(step(.book(hold: hold, booking: booking), "booking \(booking.suffix(12))"), to: unitsByHold[hold])
        case (.book(let hold), .unknown):
            takeUnanswered(bookingOf: hold, sent: sent, told: told)
        case (.cancel(let booking), .cancelled), (.cancel(let booking), .unknown):
            takeCancellation(of: booking, sent: sent, latest: answered)
        case (.extend(let hold), .refused(let code)), (.release(let hold), .refused(let code)),
            (.book(let hold), .refused(let code)):
            guard ["hold_expired", "hold_released", "hold_not_found"].contains(code) else { return }
            add(step(.seeGone(hold: hold), "refusal: \(code)"), to: unitsByHold[hold])
        default: break
        }
    }

    /// A booking that nobody was told of is in the ledger, or it was given back to its hold with more time.
    private mutating func takeUnanswered(bookingOf hold: String, sent: Instant, told: Set<String>) {
        let untold = (bookingsByHold[hold] ?? []).filter { !told.contains($0.id) }
        for booking in untold {
            let step = SeatStep(
                effect: .book(hold: hold, booking: booking.id), earliest: sent, latest: Deadline.never,
                source: "unanswered booking \(booking.id.suffix(12))")
            guard steps[unitsByHold[hold]?.first ?? ""]?.contains(where: { $0.effect == step.effect }) != true else {
                continue
            }
            add(step, to: unitsByHold[hold])
        }
        let deadline = Deadline(earliest: sent, latest: Deadline.never)
        let step = SeatStep(
            effect: .extend(hold, until: deadline), earliest: sent, latest: Deadline.never, isOptional: true,
            source: "unanswered booking")
        add(step, to: unitsByHold[hold])
    }

    private mutating func takeCancellation(of booking: String, sent: Instant, latest: Instant) {
        guard let known = bookingsByID[booking], known.status == "cancelled" else { return }
        let step = SeatStep(effect: .cancel(booking: booking), earliest: sent, latest: latest, source: "cancellation")
        let isThere = (unitsByHold[known.hold] ?? []).contains { seat in
            steps[seat]?.contains { $0.effect == step.effect } ?? false
        }
        if !isThere { add(step, to: unitsByHold[known.hold]) }
    }

    /// The end came after the booking, and before anybody was told of it.
    private mutating func takeEnd(of booking: LedgerBooking) {
        let told = history.events.filter { $0.booking == booking.id }
        func firstTold(_ status: String) -> Instant { told.first { $0.status == status }?.at ?? Deadline.never }
        let earliest = bookedAt[booking.hold] ?? .zero
        let hasFailed = booking.status == "failed" || firstTold("failed") != Deadline.never
        if hasFailed {
            add(
                SeatStep(
                    effect: .fail(booking: booking.id), earliest: earliest, latest: firstTold("failed"),
                    source: "failure of \(booking.id.suffix(12))"), to: unitsByHold[booking.hold])
        }
        guard booking.wasSold else { return }
        add(
            SeatStep(
                effect: hasFailed
                    ? .confirmLate(hold: booking.hold, booking: booking.id) : .confirm(booking: booking.id),
                earliest: earliest, latest: firstTold("confirmed"),
                source: "confirmation of \(booking.id.suffix(12))"), to: unitsByHold[booking.hold])
    }

    private mutating func add(_ step: SeatStep, to units: [String]?) {
        for unit in units ?? [] { steps[unit, default: []].append(step) }
    }
}
