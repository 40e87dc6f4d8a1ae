import Inventory
import PostgresDriver

/// Whether one of the design's promises was kept.
struct DemoPromise: Hashable, Sendable {
    let name: String
    let meaning: String
    /// How many things were looked at, for example "5182 places".
    let checked: String
    /// What was found against it; empty when it was kept.
    let violations: [String]

    var isKept: Bool { violations.isEmpty }
}

/// Looks up in the database what became of a run, and whether the promises I1 to I4 were kept.
///
/// It reads the tables rather than the API, so that an engine that is wrong about itself is found out.
struct DemoPromises: Sendable {
    private let database: PostgresClient
    private let event: PostgresUUID

    init(database: PostgresClient, event: UniqueID) {
        self.database = database
        self.event = PostgresUUID(high: event.high, low: event.low)
    }

    /// The end state of each booking of the event, by the booking's own id.
    func bookings() async throws(PostgresError) -> [String: String] {
        var states: [String: String] = [:]
        for row in try await rows("SELECT id::text, status FROM bookings WHERE offering = $1") {
            states[try row.decode(0)] = try row.decode(1, as: String.self)
        }
        return states
    }

    /// I1: a unit is never claimed beyond its capacity.
    func capacity() async throws(PostgresError) -> DemoPromise {
        let units = try await rows(
            """
            SELECT unit, sum(quantity)::bigint, max(unit_capacity)::bigint FROM claims WHERE offering = $1 GROUP BY unit
            """)
        var places: Int64 = 0
        var violations: [String] = []
        for row in units {
            let claimed = try row.decode(1, as: Int64.self)
            let capacity = try row.decode(2, as: Int64.self)
            places += claimed
            if claimed > capacity {
                violations.append("\(try row.decode(0, as: String.self)): \(claimed) places claimed of \(capacity)")
            }
        }
        return DemoPromise(
            name: "I1", meaning: "no place is sold twice", checked: "\(places) places", violations: violations)
    }

    /// I2: an acknowledged booking is not lost and ends as its stream said; and every other booking ends too.
    static func endings(_ states: [String: String], followed: [DemoTally.FollowedBooking]) -> DemoPromise {
        var violations = states.filter { !isFinal($0.value) }.map { "booking \($0.key) is still \($0.value)" }
        for booking in followed {
            let own = BookingID(booking.id)?.own.description ?? booking.id
            switch states[own] {
            case nil: violations.append("booking \(own) was acknowledged and is lost")
            case .some(let state):
                guard let end = booking.end, end != state else { continue }
                violations.append("booking \(own) is \(state), but its stream said \(end)")
            }
        }
        return DemoPromise(
            name: "I2", meaning: "no booking is lost, all end", checked: "\(states.count) bookings",
            violations: violations.sorted())
    }

    /// I3: free, held and booked places make up the capacity, and the booked ones are those of confirmed bookings.
    func counts(_ sections: [EventBody.Section]) async throws(PostgresError) -> DemoPromise {
        var sold: [String: Int64] = [:]
        let rows = try await rows(
            """
            SELECT split_part(claims.unit, '-', 1), sum(claims.quantity)::bigint
            FROM claims JOIN bookings ON bookings.id = claims.booking
            WHERE claims.offering = $1 AND bookings.status = 'confirmed' GROUP BY 1
            """)
        for row in rows { sold[try row.decode(0)] = try row.decode(1, as: Int64.self) }
        return Self.counts(sections, sold: sold)
    }

    /// - Parameter sold: Places of confirmed bookings in the database, by section.
    static func counts(_ sections: [EventBody.Section], sold: [String: Int64]) -> DemoPromise {
        var violations: [String] = []
        for (name, capacity) in DemoVenue.capacities.sorted(by: { $0.key < $1.key }) {
            guard let section = sections.first(where: { $0.name == name }) else {
                violations.append("\(name) is missing in the event")
                continue
            }
            let sum = section.available + section.held + section.booked
            if sum != capacity {
                violations.append(
                    "\(name): \(section.available) free + \(section.held) held + \(section.booked) booked is \(sum), "
                        + "not \(capacity)")
            }
            if Int64(section.booked) != sold[name] ?? 0 {
                violations.append(
                    "\(name): \(section.booked) booked, but \(sold[name] ?? 0) places of confirmed bookings")
            }
        }
        return DemoPromise(
            name: "I3", meaning: "free + held + booked = capacity", checked: "\(DemoVenue.capacities.count) sections",
            violations: violations)
    }

    /// I4: a confirmed booking has one charge of its total, any other has none, and no charge is without its booking.
    func charges() async throws(PostgresError) -> DemoPromise {
        let wrong = try await rows(
            """
            SELECT bookings.id::text, bookings.status, bookings.total_minor, count(charges.booking)::bigint,
                coalesce(sum(charges.amount_minor), 0)::bigint
            FROM bookings LEFT JOIN simulated_charges AS charges ON charges.booking = bookings.id
            WHERE bookings.offering = $1
            GROUP BY bookings.id
            HAVING count(charges.booking) <> CASE bookings.status WHEN 'confirmed' THEN 1 ELSE 0 END
                OR coalesce(sum(charges.amount_minor), 0)
                    <> CASE bookings.status WHEN 'confirmed' THEN bookings.total_minor ELSE 0 END
                OR bool_or(charges.currency <> bookings.currency)
            """)
        var violations: [String] = []
        for row in wrong {
            violations.append(
                "booking \(try row.decode(0, as: String.self)) is \(try row.decode(1, as: String.self)) for "
                    + "\(try row.decode(2, as: Int64.self)), with \(try row.decode(3, as: Int64.self)) charges of "
                    + "\(try row.decode(4, as: Int64.self)) together")
        }
        let strays = try await database.execute(
            """
            SELECT charge_id FROM simulated_charges
            WHERE NOT EXISTS (SELECT FROM bookings WHERE bookings.id = simulated_charges.booking)
            """)
        for row in strays { violations.append("charge \(try row.decode(0, as: String.self)) is for no booking") }
        let charged = try await rows(
            "SELECT count(*) FROM simulated_charges JOIN bookings ON id = booking WHERE offering = $1")
        return DemoPromise(
            name: "I4", meaning: "one charge for each confirmed booking",
            checked: "\(try charged.first?.decode(0, as: Int64.self) ?? 0) charges", violations: violations)
    }

    static func isFinal(_ status: String) -> Bool { status == "confirmed" || status == "failed" }

    private func rows(_ sql: String) async throws(PostgresError) -> PostgresRows {
        try await database.execute(PostgresStatement(sql, [.uuid(event)]))
    }
}
