import Booking
import Inventory
import Testing

@testable import Accounts

@Suite struct VerifiedTokensTests {
    private let ada = Identity(userID: UniqueID(high: 1, low: 2), email: "ada@example.com", role: .customer)
    private let later = Timestamp.noon.millisecondsSince1970 / 1_000 + 60

    @Test func `never remembers more than its limit`() {
        let tokens = VerifiedTokens(limit: 10)
        for number in 0..<1_000 { tokens.insert(ada, of: "token \(number)", until: later) }
        #expect(tokens.count <= 10)
        #expect(tokens.identity(of: "token 999", at: .noon) == ada)
        #expect(tokens.identity(of: "token 0", at: .noon) == nil)
    }

    @Test func `keeps a token that is used while others pass`() {
        let tokens = VerifiedTokens(limit: 10)
        tokens.insert(ada, of: "in use", until: later)
        for number in 0..<1_000 {
            tokens.insert(ada, of: "token \(number)", until: later)
            #expect(tokens.identity(of: "in use", at: .noon) == ada)
        }
        #expect(tokens.count <= 10)
    }

    @Test func `remembers nothing when the limit is zero`() {
        let tokens = VerifiedTokens(limit: 0)
        tokens.insert(ada, of: "token", until: later)
        #expect(tokens.identity(of: "token", at: .noon) == nil)
    }
}
