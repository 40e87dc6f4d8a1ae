/// How many places of a unit or a section are held, sold and off sale; the rest are free.
struct Tally: Hashable, Sendable {
    private(set) var held = 0
    private(set) var booked = 0
    private(set) var blocked = 0

    func free(of capacity: Int) -> Int { capacity - held - booked - blocked }

    func counts(of capacity: Int) -> UnitCounts {
        UnitCounts(free: free(of: capacity), held: held, booked: booked, blocked: blocked)
    }
}

/// What each place of a layout is, in flat arrays: four bytes and a bit a seat.
///
/// It moves places from one state to another and counts them; who may move them is not its business.
struct UnitTable: Sendable {
    let layout: Layout
    private(set) var free: FreeSeats
    /// What has changed since `beginChanges`.
    private(set) var changes: [UnitChange] = []

    private var seats: [SeatState]
    private var counters: [Tally]
    private var sections: [Tally]

    init(layout: Layout) {
        self.layout = layout
        free = FreeSeats(layout: layout)
        seats = Array(repeating: .free, count: layout.unitCount)
        counters = Array(repeating: Tally(), count: layout.shapes.reduce(0) { $0 + ($1.isSeated ? 0 : $1.unitCount) })
        sections = Array(repeating: Tally(), count: layout.sections.count)
    }

    mutating func beginChanges() {
        // Keeps the room, and costs less than `removeAll(keepingCapacity:)` for the few changes that a decision makes.
        while changes.popLast() != nil {}
    }

    /// Moves places from one state to another.
    mutating func move(_ claim: UnitClaim, from old: SeatState, to new: SeatState) {
        let section = layout.sectionIndex(of: claim.unit)
        let shape = layout.shapes[section]
        let unit = Int(claim.unit)
        if shape.isSeated {
            precondition(seats[unit] == old, "a seat moves from the state that it is in")
            seats[unit] = new
            free.set(unit, in: shape, isFree: new == .free)
            changes.append(UnitChange(unit: claim.unit, counts: new.counts))
        } else {
            let counter = shape.counter(of: unit)
            counters[counter].move(claim.quantity, from: old, to: new, within: shape.unitCapacity)
            changes.append(UnitChange(unit: claim.unit, counts: counters[counter].counts(of: shape.unitCapacity)))
        }
        sections[section].move(claim.quantity, from: old, to: new, within: shape.capacity)
    }

    func state(ofSeat unit: UnitIndex) -> SeatState { seats[Int(unit)] }

    func counts(ofSection index: Int) -> UnitCounts {
        sections[index].counts(of: layout.shapes[index].capacity)
    }

    func counts(of unit: UnitIndex) -> UnitCounts {
        let shape = layout.shapes[layout.sectionIndex(of: unit)]
        guard !shape.isSeated else { return seats[Int(unit)].counts }
        return counters[shape.counter(of: Int(unit))].counts(of: shape.unitCapacity)
    }
}

extension UnitTable {
    /// Takes seats out of the free ones, or back, while a search for more of them goes on.
    mutating func set(_ run: SeatRun, isFree: Bool) {
        let shape = layout.shapes[layout.sectionIndex(of: run.seats.lowerBound)]
        for unit in run.seats { free.set(Int(unit), in: shape, isFree: isFree) }
    }
}

extension SeatState {
    /// A seat's one place.
    fileprivate var counts: UnitCounts {
        var tally = Tally()
        tally.move(1, from: .free, to: self, within: 1)
        return tally.counts(of: 1)
    }
}

extension SectionShape {
    fileprivate func counter(of unit: Int) -> Int { firstCounter + unit - firstUnit }
}

extension Tally {
    fileprivate mutating func move(_ quantity: Int, from old: SeatState, to new: SeatState, within capacity: Int) {
        add(-quantity, to: old)
        add(quantity, to: new)
        precondition(
            held >= 0 && booked >= 0 && blocked >= 0 && free(of: capacity) >= 0,
            "free + held + booked + blocked = capacity, none of them negative")
    }

    private mutating func add(_ quantity: Int, to state: SeatState) {
        switch state {
        case .free: break
        case .booked: booked += quantity
        case .blocked: blocked += quantity
        default: held += quantity
        }
    }
}
