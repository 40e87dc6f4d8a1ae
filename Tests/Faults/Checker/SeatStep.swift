/// Something that happens to one seat, at one moment between two times.
struct SeatStep: Hashable, Sendable {
    enum Effect: Hashable, Sendable {
        /// Free → held, until a moment in that range.
        case hold(String, until: Deadline)
        /// The hold's deadline is another.
        case extend(String, until: Deadline)
        case release(String)
        /// Held → in payment.
        case book(hold: String, booking: String)
        /// In payment → held again.
        case fail(booking: String)
        /// In payment → sold.
        case confirm(booking: String)
        /// Free, or held again → sold, when the payment of a failed booking came late.
        case confirmLate(hold: String, booking: String)
        case cancel(booking: String)
        /// Somebody saw it.
        case see(SeatStatus)
        /// The hold's customer was told that it is no more.
        case seeGone(hold: String)
    }

    let effect: Effect
    let earliest: Instant
    let latest: Instant
    /// Whether it may never have happened.
    var isOptional = false
    /// The places on the floor that a hold takes.
    var floor = 0
    /// The request that it is of, for a person.
    let source: String
}

/// When a hold ends, as far as its customer can know.
struct Deadline: Hashable, Sendable {
    let earliest: Instant
    let latest: Instant

    static let never = Instant.seconds(1 << 40)
    /// Servers tell whole milliseconds, and a crash rounds to them.
    static let tolerance = Duration.milliseconds(5)

    init(earliest: Instant, latest: Instant) {
        self.earliest = earliest
        self.latest = latest
    }

    /// What a customer knows who was told how much time is left.
    init(sent: Instant, answered: Instant, left: Duration) {
        self.init(earliest: sent + left - Self.tolerance, latest: answered + left + Self.tolerance)
    }

    /// The end of a hold that may have been given more time without its customer's knowing.
    var open: Deadline { Deadline(earliest: earliest, latest: Self.never) }
}

/// What a seat is.
enum SeatState: Hashable, Sendable {
    case free
    case held(String, until: Deadline)
    /// Let go by a request without an answer: free, or, if a crash came in between, still held.
    case maybeReleased(String, until: Deadline)
    case paying(booking: String, hold: String, until: Deadline)
    case sold(booking: String)

    /// The state that comes of a step; nil when it cannot happen now.
    func after(_ effect: SeatStep.Effect) -> SeatState? {
        switch effect {
        case .hold(let hold, let deadline): isFree ? .held(hold, until: deadline) : nil
        case .extend(let hold, let deadline):
            holder == hold ? .held(hold, until: deadline.latest == Deadline.never ? reopened : deadline) : nil
        case .release(let hold): holder == hold ? .free : nil
        case .book(let hold, let booking):
            if holder == hold, let deadline { .paying(booking: booking, hold: hold, until: deadline) } else { nil }
        case .fail(let booking):
            if case .paying(booking, let hold, let deadline) = self { .held(hold, until: deadline.open) } else { nil }
        case .confirm(let booking):
            if case .paying(booking, _, _) = self { .sold(booking: booking) } else { nil }
        case .confirmLate(let hold, let booking): isFree || holder == hold ? .sold(booking: booking) : nil
        case .cancel(let booking): self == .sold(booking: booking) ? .free : nil
        case .see(let status): seen(as: status)
        case .seeGone(let hold): if case .held(hold, _) = self { nil } else { self }
        }
    }

    private func seen(as status: SeatStatus) -> SeatState? {
        switch (status, self) {
        case (.available, .free), (.available, .maybeReleased): self
        case (.held, .held), (.held, .paying): self
        case (.held, .maybeReleased(let hold, let deadline)): .held(hold, until: deadline)
        case (.booked, .sold): self
        default: nil
        }
    }

    private var isFree: Bool {
        switch self {
        case .free, .maybeReleased: true
        case .held, .paying, .sold: false
        }
    }

    private var holder: String? {
        switch self {
        case .held(let hold, _), .maybeReleased(let hold, _): hold
        case .free, .paying, .sold: nil
        }
    }

    /// The deadline of a hold that may have been given more time.
    private var reopened: Deadline { deadline?.open ?? Deadline(earliest: .zero, latest: Deadline.never) }

    /// The end of the hold that is on it.
    var deadline: Deadline? {
        switch self {
        case .held(_, let deadline), .maybeReleased(_, let deadline): deadline
        case .free, .paying, .sold: nil
        }
    }
}
