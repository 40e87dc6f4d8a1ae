/// The reservations of an inventory, each in a slot with a small number that seats can name; and how the latest of those
/// ended that are gone, so that a customer who comes late is told why rather than "unknown".
struct ReservationTable: Sendable {
    struct Ending: Sendable {
        let hold: UniqueID
        let customer: UniqueID
        let refusal: Refusal
    }

    /// How many endings are remembered; an older one is forgotten.
    static let endingLimit = 16_384

    private var slots: [Reservation?] = []
    private var vacant: [Int] = []
    private var endings: [Ending] = []
    private var oldestEnding = 0
    /// The slot of a reservation; of an ended one, -1 less its place among the endings.
    private var places = IDTable()

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

    func slot(of hold: UniqueID) -> Int? {
        places[hold].flatMap { $0 >= 0 ? Int($0) : nil }
    }

    func ending(of hold: UniqueID) -> Ending? {
        places[hold].flatMap { $0 < 0 ? endings[Int(-1 - $0)] : nil }
    }

    /// Gives a reservation a slot; nil when one of that id is here, or was and is remembered.
    mutating func insert(_ reservation: Reservation) -> Int? {
        let slot = vacant.last ?? slots.count
        precondition(slot < Int(Int32.max) / 2, "more reservations than a seat can name")
        guard places.insert(Int32(slot), for: reservation.hold) else { return nil }
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
        remember(Ending(hold: reservation.hold, customer: reservation.customer, refusal: refusal))
        return reservation
    }

    /// Remembers an ending; a later one of the same hold takes its place.
    mutating func remember(_ ending: Ending) {
        if let place = places[ending.hold], place < 0 {
            endings[Int(-1 - place)] = ending
        } else if endings.count < Self.endingLimit {
            places[ending.hold] = -1 - Int32(endings.count)
            endings.append(ending)
        } else {
            places[endings[oldestEnding].hold] = nil
            places[ending.hold] = -1 - Int32(oldestEnding)
            endings[oldestEnding] = ending
            oldestEnding = (oldestEnding + 1) % Self.endingLimit
        }
    }
}
