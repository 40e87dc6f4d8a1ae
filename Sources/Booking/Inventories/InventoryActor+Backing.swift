import Inventory
import Logging
import Metrics

/// What the inventory has the hold store remember.
///
/// While the store is away the holds live in memory only, and sales go on. What it could not be told is kept in the
/// backlog, and told when it is back.
extension InventoryActor {
    /// Holds that are written together when the store is back.
    private static let batch = 500

    /// Has a hold remembered.
    ///
    /// - Throws: `notOwner`. That the store is away is no failure.
    func remember(_ reservation: Reservation) async throws(BookingError) {
        let losses = backlog.losses
        do {
            try await holdStore.put([stored(reservation)], on: offering.id, epoch: epoch)
            written([reservation], losses: losses)
        } catch  where error.code == .fenced {
            throw .notOwner(offering.id, cause: error)
        } catch {
            if inventory.reservation(reservation.hold) != nil { backlog.notWritten(reservation.hold) }
            Counter(label: "usher_unbacked_holds_total").increment()
            logger.debug("A hold is unbacked", metadata: [.offering: "\(offering.id)", .error: "\(error)"])
        }
        guard !isStopped else { throw .notOwner(offering.id) }
        noteBacklog()
    }

    /// Has the end of a hold remembered.
    func forget(_ reservation: Reservation) async {
        backlog.ended(CollectionOfOne(reservation.hold))
        let id = HoldID(offering: offering.id, own: reservation.hold)
        do {
            try await holdStore.remove(id, deadline: wallClock(reservation.deadline), epoch: epoch)
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
        guard !backlog.isEmpty else { return }
        let unchanged = reservations.filter { inventory.reservation($0.hold)?.deadline == $0.deadline }
        backlog.written(unchanged.map(\.hold), losses: losses)
    }

    private func stored(_ reservation: Reservation) -> StoredHold {
        let layout = offering.layout
        let (now, timestamp) = (clock.now, clock.timestamp)
        return StoredHold(
            id: HoldID(offering: offering.id, own: reservation.hold), customer: reservation.customer,
            claims: reservation.claims.map { .init(unit: layout.name(of: $0.unit), quantity: $0.quantity) },
            heldSince: timestamp + (reservation.heldSince - now), expiresAt: timestamp + (reservation.deadline - now))
    }

    private func wallClock(_ moment: Moment) -> Timestamp { clock.timestamp + (moment - clock.now) }
}

extension Reservation {
    fileprivate var isSold: Bool {
        if case .booked = phase { true } else { false }
    }
}
