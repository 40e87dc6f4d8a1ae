import Accounts
import Booking
import Catalog
import Inventory

/// An account of `usher serve --demo-data`, to try Usher out with. Never load it where strangers can log in.
struct DemoAccount {
    static let organizer = DemoAccount(
        email: "organizer@usher.example", password: "demo-organizer", name: "Olga Organizer", role: .organizer)
    static let customer = DemoAccount(
        email: "customer@usher.example", password: "demo-customer", name: "Carl Customer", role: .customer)

    let email: String
    let password: String
    let name: String
    let role: Role
}

/// What there is to try Usher out with: an organizer, a customer and some events.
enum DemoData {
    /// Adds what is missing; what is there stays.
    ///
    /// - Parameter now: The time of making, for new events.
    static func load(into accounts: Accounts, _ catalog: Catalog, at now: Timestamp) async throws {
        let organizer = try await accounts.ensure(.organizer)
        try await accounts.ensure(.customer)
        for draft in events {
            let page = try await catalog.events(EventQuery(text: draft.name, limit: 100))
            guard !page.items.contains(where: { $0.offering.name == draft.name }) else { continue }
            _ = try await catalog.create(draft, organizer: organizer.id, at: now)
        }
    }

    /// In 2027 and 2028, so that they lie ahead of anybody who tries Usher out.
    static let events = [
        EventDraft(
            name: "Spring Gala", venue: "Grand Hall", startsAt: Timestamp(millisecondsSince1970: 1_803_929_400_000),
            currency: "EUR", holdTTLSeconds: 600, maxUnitsPerCustomer: 10,
            sections: [
                Layout.Section(
                    name: "STALLS", kind: .seated(rows: 20, seatsPerRow: 30), priceMinor: 8_500,
                    focalPoint: .init(row: 6, seat: 15),
                    accessibleSeats: [1, 2, 29, 30].map { .init(row: 20, seat: $0) }),
                Layout.Section(name: "FLOOR", kind: .general(capacity: 1_500), priceMinor: 4_500),
            ]),
        EventDraft(
            name: "Midsummer Open Air", venue: "River Meadow",
            startsAt: Timestamp(millisecondsSince1970: 1_845_482_400_000), currency: "EUR",
            sections: [Layout.Section(name: "MEADOW", kind: .general(capacity: 8_000), priceMinor: 3_900)]),
        EventDraft(
            name: "Chamber Music Evening", venue: "Old Library",
            startsAt: Timestamp(millisecondsSince1970: 1_858_791_600_000), currency: "EUR", holdTTLSeconds: 300,
            maxUnitsPerCustomer: 4,
            sections: [Layout.Section(name: "PARQUET", kind: .seated(rows: 8, seatsPerRow: 12), priceMinor: 2_800)]),
        EventDraft(
            name: "Night at the Observatory", venue: "Hill Observatory",
            startsAt: Timestamp(millisecondsSince1970: 1_859_997_600_000), currency: "EUR", maxUnitsPerCustomer: 6,
            // A tour each half hour.
            sections: [Layout.Section(name: "TOUR", kind: .slots(count: 8, capacity: 15), priceMinor: 1_200)]),
    ]
}

extension Accounts {
    @discardableResult
    fileprivate func ensure(_ account: DemoAccount) async throws(AccountsError) -> User {
        try await ensureUser(
            email: account.email, password: account.password, name: account.name, role: account.role)
    }
}
