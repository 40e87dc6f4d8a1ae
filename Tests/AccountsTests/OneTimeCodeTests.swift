import Booking
import Inventory
import Simulation
import Testing

@testable import Accounts

/// One contract for each store of codes.
@Suite(.timeLimit(.minutes(1))) struct OneTimeCodeTests {
    @Test(arguments: Backend.allCases)
    func `signs in by a code, once`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            let user = try await node.register().user
            try await node.codes.request(email: " Ada@example.com")
            let code = try #require(node.mail.codes.first)
            #expect(code.email == "ada@example.com")
            #expect(code.digits.count == 6 && Int(code.digits) != nil)
            #expect(code.expiresAt == node.clock.timestamp + .seconds(300))
            #expect(!"\(code)".contains(code.digits))

            let session = try await node.codes.redeem(code.digits, email: "ADA@example.com", from: "here")
            #expect(session.user == user)
            #expect(try await node.tokens.verify(session.token.text).userID == user.id)
            #expect(await node.redeem(code.digits) == .invalidCode)
        }
    }

    @Test(arguments: Backend.allCases)
    func `lets one of many use a code`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            _ = try await node.register()
            try await node.codes.request(email: "ada@example.com")
            let digits = try #require(node.mail.codes.first).digits
            let outcomes = await withTaskGroup(of: AccountsError.Code?.self) { group in
                for node in [node, other, node, other] { group.addTask { await node.redeem(digits) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.count { $0 == .invalidCode } == 3)
        }
    }

    @Test(arguments: Backend.allCases)
    func `refuses the right code after five wrong ones at once, on whatever nodes`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            _ = try await node.register()
            try await node.codes.request(email: "ada@example.com")
            let digits = try #require(node.mail.codes.first).digits
            await withTaskGroup { group in
                for number in 0..<5 {
                    let node = number.isMultiple(of: 2) ? node : other
                    group.addTask {
                        #expect(await node.redeem(digits == "000000" ? "000001" : "000000") == .invalidCode)
                    }
                }
            }
            #expect(await other.redeem(digits) == .invalidCode)
        }
    }

    @Test(arguments: Backend.allCases)
    func `makes whoever guesses codes wait, as for passwords`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            _ = try await node.register()
            for _ in 1...3 { #expect(await node.redeem("guess") == .invalidCode) }
            for _ in 1...2 {
                #expect(await node.refusal { try await node.login("wrong horse") } == .invalidCredentials)
            }
            #expect(await node.redeem("guess") == .tooManyAttempts)
            #expect(await node.refusal { try await node.login() } == .tooManyAttempts)
        }
    }

    @Test(arguments: Backend.allCases)
    func `refuses a code after five minutes`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            _ = try await node.register()
            try await node.codes.request(email: "ada@example.com")
            node.clock.advance(by: .seconds(300))
            #expect(await node.redeem(try #require(node.mail.codes.first).digits) == .invalidCode)
        }
    }

    @Test(arguments: Backend.allCases)
    func `sends a new code after half a minute, in place of the old one`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            _ = try await node.register()
            try await node.codes.request(email: "ada@example.com")
            node.clock.advance(by: .seconds(30) - .milliseconds(1))
            try await node.codes.request(email: "ada@example.com")
            try await other.codes.request(email: "ada@example.com")
            #expect(node.mail.codes.count == 1 && other.mail.codes.isEmpty)
            node.clock.advance(by: .milliseconds(1))
            try await node.codes.request(email: "ada@example.com")
            try #require(node.mail.codes.count == 2)
            let (old, new) = (node.mail.codes[0].digits, node.mail.codes[1].digits)
            if old != new { #expect(await node.redeem(old) == .invalidCode) }
            #expect(await node.redeem(new) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `treats an address without an account as any other, and sends it nothing`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            try await node.codes.request(email: "ada@example.com")
            #expect(node.mail.codes.isEmpty)
            let hash = try #require(
                await node.accounts.codes.tryCode(of: "ada@example.com", tries: 5, at: node.clock.timestamp))
            #expect(hash.count == 32)
            #expect(await node.redeem("000000") == .invalidCode)
            #expect(await node.redeem("000000", email: "no address") == .invalidCode)
            #expect(await node.refusal { try await node.codes.request(email: "no address") } == .invalidEmail)
        }
    }

    @Test(arguments: Backend.allCases)
    func `forgets codes that have expired`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            try await node.codes.request(email: "ada@example.com")
            node.clock.advance(by: .seconds(300))
            _ = try await node.accounts.codes.pruneCodes(at: node.clock.timestamp, limit: 10)
            let email = "ada@example.com"
            #expect(try await node.accounts.codes.tryCode(of: email, tries: 5, at: .noon) == nil)
        }
    }

    @Test func `keeps a hash that tells neither the code nor the address without the key`() {
        let (maker, other) = (CodeMaker(secret: "one"), CodeMaker(secret: "another"))
        let hash = maker.hash(of: "123456", for: "ada@example.com")
        #expect(maker.isCode("123456", for: "ada@example.com", hash: hash))
        for (maker, code, email) in [
            (maker, "123457", "ada@example.com"), (maker, "123456", "bob@example.com"),
            (other, "123456", "ada@example.com"), (maker, "", "ada@example.com"),
        ] {
            #expect(!maker.isCode(code, for: email, hash: hash))
        }
    }
}

extension Node {
    /// Nil when the code opens a session.
    fileprivate func redeem(_ digits: String, email: String = "ada@example.com") async -> AccountsError.Code? {
        await refusal { try await codes.redeem(digits, email: email, from: "here") }
    }
}
