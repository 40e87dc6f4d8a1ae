import Booking
import BookingStores
import Catalog
import Inventory
import PostgresDriver

/// I1 once more: live holds in Redis and claims in the database together stay within each unit's capacity.
///
/// The two stores are not read at one moment. So what looks wrong is looked at again, and counts when it looks the same:
/// a hold that was sold or let go between the two reads is gone by then.
struct HoldCheck: Sendable {
    /// Between the two looks; longer than a write that is under way takes.
    static let pause = Duration.seconds(2)

    let database: PostgresClient
    let holdStore: RedisHoldStore
    let catalog: Catalog
    let clock: any BookingClock

    /// A unit with more on it than it has places.
    private struct Excess: Hashable {
        let unit: String
        let event: UniqueID
        let holds: [UniqueID]

        var text: String {
            let names = holds.map(\.description).joined(separator: ", ")
            return "\(unit) of event \(event): claims and the holds \(names) are more than its capacity"
        }
    }

    func result() async throws -> PromiseCheck {
        let events = try await database.execute("SELECT id FROM events")
        var holdCount = 0
        var suspects: [UniqueID: Set<Excess>] = [:]
        for row in events {
            let event = UniqueID(try row.decode(0, as: PostgresUUID.self))
            let look = try await look(at: event)
            holdCount += look.holds
            if !look.excesses.isEmpty { suspects[event] = look.excesses }
        }
        return PromiseCheck(
            name: "I1", meaning: "no place is held that is not free", checked: "\(holdCount) holds",
            violations: try await confirmed(suspects).map(\.text).sorted())
    }

    private func confirmed(_ suspects: [UniqueID: Set<Excess>]) async throws -> Set<Excess> {
        guard !suspects.isEmpty else { return [] }
        try await clock.sleep(until: clock.now + Self.pause)
        var confirmed: Set<Excess> = []
        for (event, excesses) in suspects {
            confirmed.formUnion(try await look(at: event).excesses.intersection(excesses))
        }
        return confirmed
    }

    private func look(at event: UniqueID) async throws -> (holds: Int, excesses: Set<Excess>) {
        let stored = try await holdStore.liveHolds(on: event)
        guard !stored.isEmpty, let layout = try await catalog.offering(event)?.layout else { return (0, []) }
        let id = PostgresValue.uuid(PostgresUUID(high: event.high, low: event.low))
        let answers = try await database.transaction([
            PostgresStatement("SELECT unit, sum(quantity)::bigint FROM claims WHERE offering = $1 GROUP BY unit", [id]),
            // What a hold has is its booking's, from when that is queued until it fails.
            PostgresStatement("SELECT hold FROM bookings WHERE offering = $1 AND status <> 'failed'", [id]),
        ])
        let booked = Set(try answers[1].map { UniqueID(try $0.decode(0, as: PostgresUUID.self)) })
        var taken: [String: Int64] = [:]
        for row in answers[0] { taken[try row.decode(0)] = try row.decode(1, as: Int64.self) }
        let holds = stored.filter { !booked.contains($0.id.own) }
        return (holds.count, excesses(of: holds, beside: taken, in: layout, of: event))
    }

    private func excesses(
        of holds: [StoredHold], beside claimed: [String: Int64], in layout: Layout, of event: UniqueID
    ) -> Set<Excess> {
        var taken = claimed
        var holders: [String: [UniqueID]] = [:]
        for hold in holds {
            for claim in hold.claims {
                taken[claim.unit, default: 0] += Int64(claim.quantity)
                holders[claim.unit, default: []].append(hold.id.own)
            }
        }
        return Set(
            holders.compactMap { unit, holders in
                let capacity = layout.unit(named: unit).map { layout.capacity(of: $0) } ?? 0
                guard taken[unit] ?? 0 > capacity else { return nil }
                return Excess(unit: unit, event: event, holds: holders.sorted())
            })
    }
}

extension Layout {
    fileprivate func capacity(of unit: UnitIndex) -> Int64 {
        Int64(sections[sectionIndex(of: unit)].unitCapacity)
    }
}

extension UniqueID {
    fileprivate init(_ id: PostgresUUID) { self.init(high: id.high, low: id.low) }
}
