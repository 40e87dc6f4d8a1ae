import Accounts
import Booking
import Catalog
import Testing

@testable import Usher

@Suite struct DemoDataTests {
    private let now = Timestamp(millisecondsSince1970: 1_800_000_000_000)

    @Test func `loading twice leaves one of each event`() async throws {
        let accounts = Accounts.inMemory(hasher: try PasswordHasher(cost: 4)) { now }
        let catalog = Catalog.inMemory()
        try await DemoData.load(into: accounts, catalog, at: now)
        try await DemoData.load(into: accounts, catalog, at: now)
        let events = try await catalog.events(EventQuery()).items
        #expect(events.map(\.offering.name) == DemoData.events.map(\.name))
    }

    @Test(arguments: [(DemoAccount.organizer, Role.organizer), (DemoAccount.customer, .customer)])
    func `the demo's people can log in`(account: DemoAccount, role: Role) async throws {
        let accounts = Accounts.inMemory(hasher: try PasswordHasher(cost: 4)) { now }
        try await DemoData.load(into: accounts, .inMemory(), at: now)
        #expect(try await accounts.login(email: account.email, password: account.password).role == role)
    }
}
