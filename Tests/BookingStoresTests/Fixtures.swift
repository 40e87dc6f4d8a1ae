import Booking
import Inventory
import Logging
import ServiceLifecycle
import Testing

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

let clock = SystemBookingClock()

func newID() -> UniqueID {
    SystemIdentifierSource().next(at: clock.timestamp)
}

extension Offering {
    static let floor = "UPPER FLOOR"
    static let floorCapacity = 10

    /// A new event; with `shard`, one that lies there.
    static func gala(shard: Int? = nil) throws -> Offering {
        var id = newID()
        while let shard, Shard.index(of: id) != shard { id = newID() }
        return Offering(
            id: id, organizer: newID(), name: "Frühlings-Gala “Élan”", venue: "Grand Hall",
            startsAt: Timestamp(millisecondsSince1970: 1_803_902_400_007), currency: "EUR", holdTTL: .seconds(600),
            maxUnitsPerCustomer: 10,
            layout: try Layout(sections: [
                .init(name: "STALLS", kind: .seated(rows: 50, seatsPerRow: 50), priceMinor: 8_500),
                .init(name: floor, kind: .general(capacity: floorCapacity), priceMinor: 4_500),
            ]))
    }

    /// A new booking, `queued`, of a hold and a customer that nobody else has unless they are given.
    func booking(
        seats: String..., floor: Int = 0, hold: HoldID? = nil,
        customer: Customer = Customer(id: newID(), email: "o'hara+süd@example.com"),
        at time: Timestamp = clock.timestamp
    ) -> Booking {
        var claims = seats.map { Claim(unit: $0, quantity: 1, priceMinor: 8_500, unitCapacity: 1) }
        if floor > 0 {
            claims.append(
                Claim(unit: Self.floor, quantity: floor, priceMinor: 4_500, unitCapacity: Self.floorCapacity))
        }
        return Booking(
            id: BookingID(offering: id, own: newID()), hold: hold ?? HoldID(offering: id, own: newID()),
            customer: customer, claims: claims, currency: currency, paymentToken: "tok_visa", createdAt: time)
    }

    /// As many new bookings as `numbers`, each of the seat `STALLS-1-<number>`.
    func bookings(ofSeats numbers: ClosedRange<Int>) -> [Booking] {
        numbers.map { booking(seats: "STALLS-1-\($0)") }
    }
}

extension Booking {
    /// The same booking, paid.
    var confirmed: Booking { confirmed(paymentID: "ch_\(id.own)", at: createdAt + .milliseconds(3)) }

    /// The same booking, ended without a sale.
    var failed: Booking {
        failed(
            BookingFailure(code: "payment_declined", message: "The card's bank said “no”."),
            at: createdAt + .milliseconds(5))
    }
}

/// A node that owns all shards, until another one takes them.
struct Node {
    let ledger: any Ledger
    let epochs: ShardEpochs

    init(_ ledger: any Ledger) async throws {
        self.ledger = ledger
        epochs = ShardEpochs(try await ledger.takeShards(node: "test"))
    }

    /// - Parameter kind: What happened; nil for what the booking's status says.
    func change(_ booking: Booking, _ kind: LedgerChange.Kind? = nil, of offering: Offering) -> LedgerChange {
        let kind = kind ?? LedgerChange.Kind(rawValue: booking.status.rawValue) ?? .queued
        return LedgerChange(kind, booking, offering: offering, epoch: epochs[offering.id])
    }

    func commit(
        _ booking: Booking, _ kind: LedgerChange.Kind? = nil, of offering: Offering
    ) async throws(LedgerError) {
        try await ledger.commit(change(booking, kind, of: offering))
    }

    /// Commits one after the other.
    func commit(_ bookings: [Booking], of offering: Offering) async throws(LedgerError) {
        for booking in bookings { try await commit(booking, of: offering) }
    }
}

/// The code of the refusal that `body` throws; nil when it throws none.
func refusal(_ body: () async throws -> Void) async -> LedgerError.Code? {
    do {
        try await body()
    } catch let error as LedgerError {
        return error.code
    } catch {
        Issue.record(error)
    }
    return nil
}

/// Runs the services while `body` runs, and shuts them down gracefully afterwards.
func running<Value>(
    _ services: any Service..., isolation: isolated (any Actor)? = #isolation, body: () async throws -> Value
) async throws -> Value {
    try await running(services, isolation: isolation, body: body)
}

func running<Value>(
    _ services: [any Service], isolation: isolated (any Actor)? = #isolation, body: () async throws -> Value
) async throws -> Value {
    let group = ServiceGroup(services: services, logger: silentLogger)
    let end = Task { try await group.run() }
    do {
        let value = try await body()
        await group.triggerGracefulShutdown()
        try await end.value
        return value
    } catch {
        await group.triggerGracefulShutdown()
        try? await end.value
        throw error
    }
}
