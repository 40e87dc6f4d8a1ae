import Inventory
import Synchronization

/// Changes bookings whose way is over: cancels those that were confirmed, settles payments that came late, and records
/// refunds.
///
/// One change of a booking at a time, so that its places come back once. A change that could not be written keeps its
/// booking until `carryOn` has got it written, since it may be in the ledger.
final class BookingAmendments: Sendable {
    private struct Amendment {
        let change: LedgerChange
        let inventory: InventoryActor
        /// What has the places that a late payment takes.
        var hold: HoldID?
    }

    private struct State {
        /// Who has each booking to himself, by a number that nobody else gets.
        var owners: [BookingID: Int] = [:]
        var interrupted: [(owner: Int, amendment: Amendment)] = []
        private var ownerCount = 0

        mutating func makeOwner(of id: BookingID) -> Int {
            ownerCount += 1
            owners[id] = ownerCount
            return ownerCount
        }
    }

    private let directory: InventoryDirectory
    private let ledger: any Ledger
    private let statusHub: StatusHub
    private let clock: any BookingClock
    private let state = Mutex(State())

    init(directory: InventoryDirectory, ledger: any Ledger, statusHub: StatusHub, clock: any BookingClock) {
        self.directory = directory
        self.ledger = ledger
        self.statusHub = statusHub
        self.clock = clock
    }

    /// Cancels a booking; one that is cancelled already stays as it is.
    ///
    /// - Parameter customer: Whose it must be; nil for anybody's.
    @discardableResult
    func cancel(_ id: BookingID, of customer: UniqueID?) async throws(BookingError) -> Booking {
        try await alone(with: id) { booking throws(BookingError) in
            guard customer == nil || booking.customer.id == customer else { throw .noSuchBooking(id) }
            if booking.status == .cancelled { return booking }
            return try await directory.withInventory(of: id.offering) { (inventory) async throws(BookingError) in
                let now = clock.timestamp
                let refund = try await inventory.offering.refundMinor(for: booking, at: now)
                let cancelled = booking.cancelled(refundMinor: refund, at: now)
                do throws(BookingError) {
                    try await write(.cancelled, cancelled, in: inventory)
                } catch {
                    throw error.code == .ledgerUnavailable ? .cancellationInDoubt(error) : error
                }
                return cancelled
            }
        }
    }

    /// Sells a failed booking after all whose payment came late; when its places are gone, the money goes back.
    func settlePaid(_ id: BookingID, paymentID: String) async throws(BookingError) {
        try await alone(with: id) { booking throws(BookingError) in
            guard booking.status == .failed, booking.paymentID == nil else { return }
            try await directory.withInventory(of: id.offering) { (inventory) async throws(BookingError) in
                try await settlePaid(booking, paymentID: paymentID, in: inventory)
            }
        }
    }

    private func settlePaid(
        _ booking: Booking, paymentID: String, in inventory: InventoryActor
    ) async throws(BookingError) {
        let now = clock.timestamp
        if let hold = await inventory.retake(booking) {
            do throws(BookingError) {
                let confirmed = booking.confirmed(paymentID: paymentID, at: now)
                return try await write(.confirmedLate, confirmed, in: inventory, from: hold)
            } catch {
                // The ledger has the places sold; anything else is no answer yet.
                guard error.code == .seatsUnavailable else { throw error }
            }
        }
        try await write(.chargedLate, booking.chargedLate(paymentID: paymentID, at: now), in: inventory)
    }

    /// Closes a failed booking whose payment was open and was never made.
    func settleUnpaid(_ id: BookingID) async throws(BookingError) {
        try await amend(id, .notCharged) { booking, now in booking.isPaymentOpen ? booking.notCharged(at: now) : nil }
    }

    /// Records that a booking's money has gone back.
    func recordRefund(of id: BookingID) async throws(BookingError) {
        try await amend(id, .refunded) { booking, now in
            booking.refund?.isDone == false ? booking.refunded(at: now) : nil
        }
    }

    /// Whether there are changes that could not be written.
    var areInterrupted: Bool { state.withLock { !$0.interrupted.isEmpty } }

    /// Goes on with the changes that could not be written.
    func carryOn() async {
        let interrupted = state.withLock { state in
            defer { state.interrupted = [] }
            return state.interrupted
        }
        for (owner, amendment) in interrupted {
            defer { leave(amendment.change.booking.id, owner) }
            try? await write(amendment)
        }
    }
}

// MARK: - One change of a booking at a time

extension BookingAmendments {
    private func alone<Result>(
        with id: BookingID, _ body: (Booking) async throws(BookingError) -> Result
    ) async throws(BookingError) -> Result {
        let owner = state.withLock { $0.owners[id] == nil ? $0.makeOwner(of: id) : nil }
        guard let owner else { throw .changing(id) }
        defer { leave(id, owner) }
        let booking = try await booking(id)
        // While a worker has it, its places are not where an amendment looks for them.
        guard statusHub.latest(id) == nil else { throw .changing(id) }
        return try await body(booking)
    }

    /// Without effect when the booking has passed to another owner, as it does with an interrupted change.
    private func leave(_ id: BookingID, _ owner: Int) {
        state.withLock { state in
            if state.owners[id] == owner { state.owners[id] = nil }
        }
    }

    private func interrupt(_ amendment: Amendment) {
        state.withLock { state in
            let owner = state.makeOwner(of: amendment.change.booking.id)
            state.interrupted.append((owner, amendment))
        }
    }

    private func booking(_ id: BookingID) async throws(BookingError) -> Booking {
        do {
            if let booking = try await ledger.booking(id) { return booking }
        } catch {
            throw .unreadable(error)
        }
        throw .noSuchBooking(id)
    }

    /// Makes a change that the inventory has no part in.
    private func amend(
        _ id: BookingID, _ kind: LedgerChange.Kind, _ change: (Booking, Timestamp) -> Booking?
    ) async throws(BookingError) {
        try await alone(with: id) { booking throws(BookingError) in
            guard let changed = change(booking, clock.timestamp) else { return }
            try await directory.withInventory(of: id.offering) { (inventory) async throws(BookingError) in
                try await write(kind, changed, in: inventory)
            }
        }
    }

    private func write(
        _ kind: LedgerChange.Kind, _ booking: Booking, in inventory: InventoryActor, from hold: HoldID? = nil
    ) async throws(BookingError) {
        let change = LedgerChange(kind, booking, offering: await inventory.offering, epoch: inventory.epoch)
        try await write(Amendment(change: change, inventory: inventory, hold: hold))
    }

    private func write(_ amendment: Amendment) async throws(BookingError) {
        let (change, inventory) = (amendment.change, amendment.inventory)
        do throws(LedgerError) {
            try await ledger.commit(change)
        } catch {
            switch error.code {
            case .unavailable:
                await inventory.stay(for: change.booking.id)
                interrupt(amendment)
            case .fenced:
                await directory.drop(inventory)
            case .conflict:
                if let hold = amendment.hold { await inventory.withdraw(hold) }
                await inventory.mayGo(after: change.booking.id)
            }
            throw .ledger(error, offering: change.offering.id)
        }
        if change.kind == .cancelled { await inventory.cancel(change.booking) }
        if let hold = amendment.hold { await inventory.confirm(hold) }
        await inventory.mayGo(after: change.booking.id)
        statusHub.publish(change.booking)
    }
}

// MARK: - Refusals

extension Offering {
    /// What goes back when a booking is cancelled now.
    ///
    /// - Throws: `notCancellable`, `cancellationClosed`.
    fileprivate func refundMinor(for booking: Booking, at now: Timestamp) throws(BookingError) -> Int64 {
        guard booking.status == .confirmed else {
            throw BookingError(
                .notCancellable, "The booking is \(booking.status.rawValue); only a confirmed one can be cancelled.")
        }
        // Whose event does not take place gets everything back, whatever the policy.
        if isCancelled { return booking.paymentID == nil ? 0 : booking.totalMinor }
        guard now < cancellation.until else {
            throw BookingError(.cancellationClosed, "Bookings of this event cannot be cancelled any more.")
        }
        return booking.paymentID == nil ? 0 : cancellation.refundMinor(ofTotal: booking.totalMinor)
    }
}

extension BookingError {
    static func noSuchBooking(_ id: BookingID) -> BookingError {
        BookingError(.bookingNotFound, "There is no booking \(id).")
    }

    static func changing(_ id: BookingID) -> BookingError {
        var error = BookingError(.bookingChanging, "Booking \(id) is being worked on; try again.")
        error.retryAfter = .seconds(1)
        return error
    }

    fileprivate static func cancellationInDoubt(_ refusal: BookingError) -> BookingError {
        var error = BookingError(
            .ledgerUnavailable,
            "The cancellation could not be written yet. It will be as soon as the ledger answers; ask again.")
        error.retryAfter = refusal.retryAfter
        error.cause = refusal.cause
        return error
    }
}
