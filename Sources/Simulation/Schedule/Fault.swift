/// What can go wrong at a port. One fault hits one call.
enum Fault: String, CaseIterable, Sendable {
    /// Fails before it takes effect.
    case ledgerUnavailable
    /// Takes effect, and the answer is lost.
    case ledgerAnswerLost
    /// Fails, and takes effect later all the same.
    case ledgerEffectLate
    case ledgerSlow
    /// Takes effect, and comes a second time later.
    case ledgerTwice
    /// A read fails.
    case ledgerUnreadable
    case holdStoreUnavailable, holdStoreAnswerLost, holdStoreSlow
    /// A write takes effect when its caller has long given up.
    case holdStoreEffectLate
    /// The gateway refuses the card, now and with every further try.
    case paymentDeclined
    case paymentUnavailable
    /// Charged, and the answer is lost.
    case paymentAnswerLost
    /// Longer than a try may take, sometimes.
    case paymentSlow
    /// Neither this event nor those after it in its shard, as an idempotent producer sees to.
    case publisherUndelivered
    /// Delivered, and reported as undelivered.
    case publisherMisreported
    case publisherSlow
    /// The relay cannot read or empty the outbox.
    case outboxUnavailable

    enum Port: Sendable {
        case ledger, ledgerReading, holdStore, gateway, publisher, outbox
    }

    var port: Port {
        switch self {
        case .ledgerUnavailable, .ledgerAnswerLost, .ledgerEffectLate, .ledgerSlow, .ledgerTwice: .ledger
        case .ledgerUnreadable: .ledgerReading
        case .holdStoreUnavailable, .holdStoreAnswerLost, .holdStoreSlow, .holdStoreEffectLate: .holdStore
        case .paymentDeclined, .paymentUnavailable, .paymentAnswerLost, .paymentSlow: .gateway
        case .publisherUndelivered, .publisherMisreported, .publisherSlow: .publisher
        case .outboxUnavailable: .outbox
        }
    }
}

/// The faults that wait for the next calls, in the order of their coming.
struct FaultPlan: Sendable {
    private var waiting: [Fault] = []

    mutating func arm(_ fault: Fault, calls: Int) {
        waiting += Array(repeating: fault, count: calls)
    }

    mutating func take(_ port: Fault.Port) -> Fault? {
        guard let index = waiting.firstIndex(where: { $0.port == port }) else { return nil }
        return waiting.remove(at: index)
    }

    mutating func clear() {
        waiting = []
    }
}
