import Inventory
import Logging
import Metrics

/// What the inventory has the hold store remember.
///
/// While the store is away the holds live in memory only, and sales go on. What it could not be told is kept in the
/// backlog, and told when it is back.
extension InventoryActor {
    /// How long a customer waits for the store. A write that takes longer still does no harm.
    static let storePatience = Duration.milliseconds(250)
    /// Holds that are written together when the store is back.
    private static let batch = 500

    /// Has a hold remembered.
    ///
    /// - Throws: `notOwner`. That the store is away is no failure.
    func remember(_ reservation: Reservation) async throws(BookingError) {
        let losses = backlog.losses
        let (store, offering, epoch, hold) = (holdStore, offering.id, epoch, stored(reservation))
        do {
            try await patiently { () async throws(HoldStoreError) in
                try await store.put([hold], on: offering, epoch: epoch)
            }
            written([reservation], losses: losses)
        } catch  where error.code == .fenced {
            throw .notOwner(offering, cause: error)
        } catch {
            if inventory.reservation(reservation.hold) != nil { backlog.notWritten(reservation.hold) }
            Counter(label: "usher_unbacked_holds_total").increment()
            logger.debug("A hold is unbacked", metadata: [.offering: "\(offering)", .error: "\(error)"])
        }
        noteBacklog()
    }

    /// Has the end of a hold remembered.
    func forget(_ reservation: Reservation) async {
        backlog.ended(CollectionOfOne(reservation.hold))
        let (store, id, epoch) = (holdStore, HoldID(offering: offering.id, own: reservation.hold), epoch)
        let deadline = wallClock(reservation.deadline)
        do {
            try await patiently { () async throws(HoldStoreError) in
                try await store.remove(id, deadline: deadline, epoch: epoch)
            }
        } catch {
            if error.code != .fenced { backlog.notRemoved(reservation.hold, deadline: reservation.deadline) }
            logger.debug("A hold was not forgotten", metadata: [.offering: "\(offering.id)", .error: "\(error)"])
        }
        noteBacklog()
    }

    /// The store has lost its data: everything is to be written again.
    func loseBacking() {
        backlog.lost(inventory.allReservations.filter { !$0.isSold }.map(\.hold))
        noteBacklog()
    }

    /// Tells the store what it has not been told yet.
    func backUp() async throws(HoldStoreError) {
        var waiting = backlog.holds.sorted()[...]
        // Once at least: also without a hold, the store needs to know the epoch.
        repeat {
            let batch = waiting.prefix(Self.batch)
            waiting = waiting.dropFirst(Self.batch)
            backlog.ended(batch.filter { inventory.reservation($0) == nil })
            let reservations = batch.compactMap { inventory.reservation($0) }
            let losses = backlog.losses
            try await holdStore.put(reservations.map(stored), on: offering.id, epoch: epoch)
            written(reservations, losses: losses)
            noteBacklog()
        } while !waiting.isEmpty
        for (hold, deadline) in backlog.ends.sorted(by: { $0.key < $1.key }) {
            let id = HoldID(offering: offering.id, own: hold)
            if deadline > clock.now { try await holdStore.remove(id, deadline: wallClock(deadline), epoch: epoch) }
            backlog.removed(hold)
        }
        noteBacklog()
    }

    /// Notes what the store has, unless it has changed here since that was written.
    private func written(_ reservations: [Reservation], losses: Int) {
        let unchanged = reservations.filter { inventory.reservation($0.hold)?.deadline == $0.deadline }
        backlog.written(unchanged.map(\.hold), losses: losses)
    }

    private func patiently(
        _ call: @escaping @Sendable () async throws(HoldStoreError) -> Void
    ) async throws(HoldStoreError) {
        guard let outcome = await withTimeLimit(Self.storePatience, by: clock, call) else {
            throw HoldStoreError(.unavailable, "The hold store did not answer within \(Self.storePatience)")
        }
        try outcome.get()
    }

    private func stored(_ reservation: Reservation) -> StoredHold {
        let layout = offering.layout
        return StoredHold(
            id: HoldID(offering: offering.id, own: reservation.hold), customer: reservation.customer,
            claims: reservation.claims.map { .init(unit: layout.name(of: $0.unit), quantity: $0.quantity) },
            heldSince: wallClock(reservation.heldSince), expiresAt: wallClock(reservation.deadline))
    }

    private func wallClock(_ moment: Moment) -> Timestamp { clock.timestamp + (moment - clock.now) }
}

extension Reservation {
    fileprivate var isSold: Bool {
        if case .booked = phase { true } else { false }
    }
}
