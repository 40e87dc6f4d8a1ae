import Booking
import Inventory
import Testing

@testable import Accounts

@Suite struct VerifiedTokensTests {
    private let session = UniqueID(high: 3, low: 4)
    private let now = Timestamp.noon.secondsSince1970
    private var ada: Identity { identity(in: session) }

    private func identity(in session: UniqueID) -> Identity {
        Identity(
            userID: UniqueID(high: 1, low: 2), email: "ada@example.com", role: .customer, session: session,
            issuedAt: .noon, expiresAt: .noon + .seconds(60))
    }

    private func insert(_ text: String, in tokens: VerifiedTokens) -> Bool {
        tokens.insert(ada, of: text, until: now + 60)
    }

    @Test func `never remembers more than its limit`() {
        let tokens = VerifiedTokens(limit: 10, revocationLimit: 10)
        for number in 0..<1_000 { #expect(insert("token \(number)", in: tokens)) }
        #expect(tokens.count <= 10)
        #expect(tokens.identity(of: "token 999", at: .noon) == ada)
        #expect(tokens.identity(of: "token 0", at: .noon) == nil)
    }

    @Test func `keeps a token that is used while others pass`() {
        let tokens = VerifiedTokens(limit: 10, revocationLimit: 10)
        #expect(insert("in use", in: tokens))
        for number in 0..<1_000 {
            #expect(insert("token \(number)", in: tokens))
            #expect(tokens.identity(of: "in use", at: .noon) == ada)
        }
        #expect(tokens.count <= 10)
    }

    @Test func `remembers nothing when the limit is zero`() {
        let tokens = VerifiedTokens(limit: 0, revocationLimit: 10)
        #expect(insert("token", in: tokens))
        #expect(tokens.identity(of: "token", at: .noon) == nil)
    }

    @Test func `forgets the tokens of an ended session, and takes none of them again`() {
        let tokens = VerifiedTokens(limit: 10, revocationLimit: 10)
        #expect(insert("token", in: tokens))
        tokens.revoke([Revocation(session: session, lastTokenExpiry: ada.expiresAt)], at: .noon)
        #expect(tokens.identity(of: "token", at: .noon) == nil)
        #expect(!insert("token", in: tokens))
    }

    @Test func `remembers an ended session as long as its last token lives`() {
        var revocations = Revocations(limit: 1_000_000)
        revocations.insert(Revocation(session: session, lastTokenExpiry: .noon + .seconds(60)), at: .noon)
        // The other sessions' tokens have expired; there are so many that they are swept.
        for number in 0..<10_000 {
            let id = UniqueID(high: 9, low: UInt64(number))
            revocations.insert(Revocation(session: id, lastTokenExpiry: .noon + .seconds(-60)), at: .noon)
        }
        #expect(revocations.cover(session, issuedAt: .noon))
        #expect(!revocations.cover(UniqueID(high: 9, low: 0), issuedAt: .noon))
    }

    @Test func `refuses all earlier tokens when more sessions have ended than are remembered`() {
        var revocations = Revocations(limit: 100)
        for number in 0..<100 {
            let id = UniqueID(high: 9, low: UInt64(number))
            revocations.insert(Revocation(session: id, lastTokenExpiry: .noon + .seconds(60)), at: .noon)
        }
        #expect(revocations.cover(UniqueID(high: 9, low: 0), issuedAt: .noon))
        #expect(revocations.cover(session, issuedAt: .noon))
        #expect(!revocations.cover(session, issuedAt: .noon + .seconds(1)))
    }
}
