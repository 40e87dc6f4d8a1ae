import Inventory
import PostgresDriver

/// Looks up in the database what became of a run, and whether the promises I1 to I4 were kept.
///
/// It reads the tables rather than the API, so that an engine that is wrong about itself is found out.
struct DemoPromises: Sendable {
    private let database: PostgresClient
    private let event: UniqueID

    init(database: PostgresClient, event: UniqueID) {
        self.database = database
        self.event = event
    }

    /// What the database holds of the event.
    func snapshot() async throws -> LedgerSnapshot {
        try await LedgerSnapshot(database, checks: [.capacity, .claims, .totals, .prices], event: event)
    }

    /// I2: an acknowledged booking is not lost and ends as its stream said; and every other booking ends too.
    static func endings(_ states: [String: String], followed: [DemoTally.FollowedBooking]) -> PromiseCheck {
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
        return PromiseCheck(
            name: "I2", meaning: "no booking is lost, all end", checked: "\(states.count) bookings",
            violations: violations.sorted())
    }

    /// I3: free, held and booked places make up the capacity, and the booked ones are those of confirmed bookings.
    func counts(_ sections: [EventBody.Section]) async throws(PostgresError) -> PromiseCheck {
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
    static func counts(_ sections: [EventBody.Section], sold: [String: Int64]) -> PromiseCheck {
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
        return PromiseCheck(
            name: "I3", meaning: "free + held + booked = capacity", checked: "\(DemoVenue.capacities.count) sections",
            violations: violations)
    }

    /// I4, once all bookings have ended.
    static func charges(_ snapshot: LedgerSnapshot) -> PromiseCheck {
        PaymentCheck(
            bookings: snapshot.bookings, book: snapshot.simulatedBook, isSettled: true, isWhole: false
        ).result()
    }

    static func isFinal(_ status: String) -> Bool { status != "queued" && status != "processing" }

    private func rows(_ sql: String) async throws(PostgresError) -> PostgresRows {
        try await database.execute(
            PostgresStatement(sql, [.uuid(PostgresUUID(high: event.high, low: event.low))]))
    }
}
