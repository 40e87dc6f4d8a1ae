import Inventory

/// An id with random-looking bits, as a version 7 id has.
func someID(_ number: UInt64) -> UniqueID {
    UniqueID(high: 0x0198_0000_0000_7000, low: (number &+ 1) &* 0x9E37_79B9_7F4A_7C15)
}

/// Customers of one inventory.
struct Crowd {
    /// A prime, so that every seat has its turn.
    private static let stride: UnitIndex = 7_919

    private var inventory: Inventory
    private let seats: UnitIndex
    private let seatCount: UnitIndex
    private var next: UnitIndex = 0
    private var customers: UInt64 = 0

    /// - Parameter sold: Per cent of the seats that are sold already, here and there.
    init(_ layout: Layout, seats: Int, sold: UInt64 = 0) {
        inventory = Inventory(layout: layout, rules: Rules(unitsPerCustomer: 10))
        self.seats = UnitIndex(seats)
        seatCount = UnitIndex(layout.unitCount)
        for unit in 0..<UnitIndex(layout.unitCount) where someID(UInt64(unit)).low >> 32 % 100 < sold {
            guard (try? inventory.restoreBooked(UnitClaim(unit: unit, quantity: 1), by: someID(0))) != nil else {
                preconditionFailure("every seat is free at first")
            }
        }
    }

    mutating func hold() {
        var claims = UnitClaims()
        for _ in 0..<seats {
            claims.append(UnitClaim(unit: next, quantity: 1))
            next = (next + Self.stride) % seatCount
        }
        let decision = place(.units(claims))
        guard case .success = decision.outcome else { preconditionFailure("\(decision.outcome)") }
    }

    mutating func hold(_ times: Int) {
        for _ in 0..<times { hold() }
    }

    /// Holds the best seats, if there are such, and lets them go.
    mutating func holdBest(_ wanted: BestAvailable) {
        if case .success = place(.best(wanted)).outcome { letGo() }
    }

    private mutating func place(_ selection: Selection) -> Decision<Reservation> {
        customers += 1
        let customer = someID(customers)
        return inventory.apply(.hold(customer, customer: customer, selection), at: Moment(nanoseconds: 0))
    }

    /// Ends all holds, in ticks.
    mutating func letGo() {
        while !inventory.expire(at: Moment(nanoseconds: .max), limit: 1_000).lapsed.isEmpty {}
    }
}

/// Keeps a value between two runs of a benchmark.
final class Box<Value> {
    var value: Value

    init(_ value: Value) { self.value = value }
}
