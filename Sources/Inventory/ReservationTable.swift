/// The reservations of an inventory, each in a slot with a small number that seats can name.
struct ReservationTable: Sendable {
    private var slots: [Reservation?] = []
    private var vacant: [Int] = []
    private var slotsByHold: [UniqueID: Int] = [:]

    subscript(slot: Int) -> Reservation {
        get {
            guard let reservation = slots[slot] else { preconditionFailure("only a filled slot is named") }
            return reservation
        }
        set { slots[slot] = newValue }
    }

    func slot(of hold: UniqueID) -> Int? { slotsByHold[hold] }

    mutating func insert(_ reservation: Reservation) -> Int {
        let slot = vacant.popLast() ?? slots.count
        precondition(slot < Int(Int32.max) / 2, "more reservations than a seat can name")
        if slot == slots.count { slots.append(reservation) } else { slots[slot] = reservation }
        slotsByHold[reservation.hold] = slot
        return slot
    }

    mutating func remove(slot: Int) -> Reservation {
        let reservation = self[slot]
        slots[slot] = nil
        slotsByHold[reservation.hold] = nil
        vacant.append(slot)
        return reservation
    }
}
