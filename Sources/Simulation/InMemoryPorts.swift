public import Booking
public import Inventory
import Synchronization

/// A hold store in memory, fenced as Redis is.
public actor InMemoryHoldStore: HoldStore {
    private var epochs: [UniqueID: Int64] = [:]
    private var holds: [HoldID: StoredHold] = [:]
    private var outage: HoldStoreError?
    private let clock: any BookingClock

    /// Makes an empty store.
    public init(clock: any BookingClock) {
        self.clock = clock
    }

    /// Makes every call fail with `error` until it is nil again.
    public func setOutage(_ error: HoldStoreError?) {
        outage = error
    }

    public func open(_ offering: UniqueID, epoch: Int64) throws(HoldStoreError) -> [StoredHold] {
        try pass(offering, epoch)
        let now = clock.timestamp
        return holds.values.filter { $0.id.offering == offering && $0.expiresAt > now }
            .sorted { ($0.expiresAt, $0.id.own) < ($1.expiresAt, $1.id.own) }
    }

    public func put(_ hold: StoredHold, epoch: Int64) throws(HoldStoreError) {
        try pass(hold.id.offering, epoch)
        holds[hold.id] = hold
    }

    public func remove(_ hold: HoldID, epoch: Int64) throws(HoldStoreError) {
        try pass(hold.offering, epoch)
        holds[hold] = nil
    }

    private func pass(_ offering: UniqueID, _ epoch: Int64) throws(HoldStoreError) {
        if let outage { throw outage }
        guard epoch >= epochs[offering, default: 0] else {
            throw HoldStoreError(.fenced, "Another node has opened the offering")
        }
        epochs[offering] = epoch
    }
}

/// Offerings in memory.
public final class InMemoryOfferings: OfferingSource {
    private let offerings: Mutex<[UniqueID: Offering]>

    /// Knows these offerings.
    public init(_ offerings: [Offering] = []) {
        self.offerings = Mutex(Dictionary(uniqueKeysWithValues: offerings.map { ($0.id, $0) }))
    }

    public func offering(_ id: UniqueID) -> Offering? {
        offerings.withLock { $0[id] }
    }
}

/// A gateway in memory that knows the tokens of the simulated gateway and remembers its charges.
public final class InMemoryGateway: PaymentGateway {
    private let charges = Mutex<[String: Charge]>([:])
    private let clock: any BookingClock

    /// Makes a gateway that has charged nothing.
    public init(clock: any BookingClock) {
        self.clock = clock
    }

    /// The charges that were made, by idempotency key.
    public var made: [String: Charge] { charges.withLock { $0 } }

    public func charge(_ charge: Charge) async throws(PaymentError) -> String {
        switch charge.token {
        case "tok_visa":
            record(charge)
        case "tok_timeout":
            if record(charge) { await neverAnswer() }
        case "tok_error":
            throw PaymentError(.unavailable, "The payment service failed.")
        default:
            try await answerLate(charge)
            record(charge)
        }
        return "ch_\(charge.idempotencyKey)"
    }

    /// - Returns: Whether the charge is new.
    @discardableResult
    private func record(_ charge: Charge) -> Bool {
        charges.withLock { $0.updateValue(charge, forKey: charge.idempotencyKey) == nil }
    }

    /// Waits as long as `tok_slow_<ms>` says; any other token is declined.
    private func answerLate(_ charge: Charge) async throws(PaymentError) {
        let prefix = "tok_slow_"
        guard charge.token.hasPrefix(prefix), let milliseconds = UInt32(charge.token.dropFirst(prefix.count)) else {
            throw PaymentError(.declined, "The card was declined.")
        }
        do {
            try await clock.sleep(until: clock.now + .milliseconds(milliseconds))
        } catch {
            throw PaymentError(.unavailable, "The payment was interrupted.")
        }
    }

    /// Until the caller gives up.
    private func neverAnswer() async {
        try? await clock.sleep(until: Moment(nanoseconds: .max))
    }
}

/// Remembers what was published; can be told to fail.
public final class InMemoryPublisher: EventPublisher {
    private struct State {
        var published: [OutboxEvent] = []
        var failures: Set<String> = []
    }

    private let state = Mutex(State())

    /// Makes a publisher that has published nothing.
    public init() {}

    /// What was published, in order, with duplicates.
    public var published: [OutboxEvent] { state.withLock { $0.published } }

    /// Makes the next publication of the event with this id fail.
    public func failOnce(_ id: String) {
        state.withLock { _ = $0.failures.insert(id) }
    }

    public func publish(_ events: [OutboxEvent]) -> [Bool] {
        state.withLock { state in
            events.map { event in
                if state.failures.remove(event.id) != nil { return false }
                state.published.append(event)
                return true
            }
        }
    }
}
