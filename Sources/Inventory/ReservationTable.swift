/// The reservations of an inventory, each in a slot with a small number that seats can name; and how the latest of those
/// ended that are gone.
struct ReservationTable: Sendable {
    private var slots: [Reservation?] = []
    private var vacant: [Int] = []
    private var slotsByHold = IDTable()
    private var endings = Endings()

    subscript(slot: Int) -> Reservation {
        _read {
            guard slots[slot] != nil else { preconditionFailure("only a filled slot is named") }
            yield slots[slot]!
        }
        _modify {
            guard slots[slot] != nil else { preconditionFailure("only a filled slot is named") }
            yield &slots[slot]!
        }
    }

    var count: Int { slots.count - vacant.count }

    var all: [Reservation] { slots.compactMap { $0 } }

    func slot(of hold: UniqueID) -> Int? { slotsByHold[hold].map(Int.init) }

    func ending(of hold: UniqueID) -> Ending? { endings.latest(of: hold) }

    /// Gives a reservation a slot; nil when one of that id is here, or was and is remembered.
    mutating func insert(_ reservation: Reservation) -> Int? {
        let slot = vacant.last ?? slots.count
        precondition(slot < Int(Int32.max) / 2, "more reservations than a seat can name")
        guard endings.latest(of: reservation.hold) == nil, slotsByHold.insert(Int32(slot), for: reservation.hold) else {
            return nil
        }
        if slot == slots.count {
            slots.append(reservation)
        } else {
            vacant.removeLast()
            slots[slot] = reservation
        }
        return slot
    }

    mutating func remove(slot: Int, as refusal: Refusal) -> Reservation {
        let reservation = self[slot]
        slots[slot] = nil
        vacant.append(slot)
        slotsByHold[reservation.hold] = nil
        remember(Ending(hold: reservation.hold, customer: reservation.customer, refusal: refusal))
        return reservation
    }

    /// Remembers an ending; a later one of the same hold counts.
    mutating func remember(_ ending: Ending) { endings.append(ending) }
}
