import Booking
import Inventory
import Simulation
import Testing

@testable import Accounts

/// One contract for each store of sessions.
@Suite(.timeLimit(.minutes(1))) struct SessionTests {
    @Test(arguments: Backend.allCases)
    func `goes on with a session by its refresh token, with the user as of now`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let first = try await node.register()
            #expect(first.refreshToken.text.utf8.count == 43)
            #expect(first.refreshToken.expiresAt == node.clock.timestamp + .seconds(2_592_000))
            let identity = try await node.tokens.verify(first.token.text)
            let facts = try #require(try await node.sessions.facts(of: identity))
            #expect(facts.openedAt == node.clock.timestamp)

            node.clock.advance(by: .seconds(86_400))
            #expect(await node.refusal(of: first) == .tokenExpired)
            _ = try await node.accounts.update(id: first.user.id, email: "lovelace@example.com")
            let second = try await other.sessions.refresh(first.refreshToken.text)
            #expect(second.user.email == "lovelace@example.com")
            let renewed = try await other.tokens.verify(second.token.text)
            #expect(renewed.session == identity.session)
            #expect(renewed.email == "lovelace@example.com")
            #expect(try await node.sessions.facts(of: renewed)?.expiresAt == second.refreshToken.expiresAt)
            _ = try await node.sessions.refresh(second.refreshToken.text)
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends the session whose spent refresh token comes again`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            let first = try await node.register()
            let unrelated = try await node.login()
            let second = try await node.sessions.refresh(first.refreshToken.text)
            #expect(
                await node.refusal { try await node.sessions.refresh(first.refreshToken.text) } == .refreshTokenReused)
            #expect(await node.refusal(of: first) == .tokenRevoked)
            #expect(await node.refusal(of: second) == .tokenRevoked)
            #expect(
                await node.refusal { try await node.sessions.refresh(second.refreshToken.text) } == .invalidRefreshToken
            )
            #expect(
                await node.refusal { try await node.sessions.refresh(first.refreshToken.text) } == .refreshTokenReused)
            #expect(await node.refusal(of: unrelated) == nil)
            _ = try await node.sessions.refresh(unrelated.refreshToken.text)
        }
    }

    @Test(arguments: Backend.allCases)
    func `lets one of many have the next refresh token, and then ends the session`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let session = try await node.register()
            let outcomes = await withTaskGroup(of: Result<Session, AccountsError>.self) { group in
                for number in 0..<8 {
                    let sessions = number.isMultiple(of: 2) ? node.sessions : other.sessions
                    group.addTask {
                        do throws(AccountsError) {
                            return .success(try await sessions.refresh(session.refreshToken.text))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let winners = outcomes.compactMap { try? $0.get() }
            #expect(winners.count == 1)
            for case .failure(let error) in outcomes { #expect(error.code == .refreshTokenReused) }
            let next = try #require(winners.first).refreshToken.text
            #expect(await node.refusal { try await node.sessions.refresh(next) } == .invalidRefreshToken)
        }
    }

    @Test(arguments: Backend.allCases)
    func `takes no refresh token that is none, or has expired`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            let session = try await node.register()
            let forgeries = ["", "x", RefreshToken.random().text, session.token.text, session.refreshToken.text + "="]
            for text in forgeries {
                #expect(await node.refusal { try await node.sessions.refresh(text) } == .invalidRefreshToken)
            }
            node.clock.advance(by: .seconds(2_592_000))
            let text = session.refreshToken.text
            #expect(await node.refusal { try await node.sessions.refresh(text) } == .invalidRefreshToken)
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends a session at once here, soon on the other nodes, and for good`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let session = try await node.register()
            let unrelated = try await node.login()
            try await other.feed.catchUp()
            #expect(await other.refusal(of: session) == nil)

            let identity = try await node.tokens.verify(session.token.text)
            try await node.sessions.end(identity)
            #expect(await node.refusal(of: session) == .tokenRevoked)
            let text = session.refreshToken.text
            #expect(await node.refusal { try await node.sessions.refresh(text) } == .invalidRefreshToken)
            #expect(try await node.sessions.facts(of: identity) == nil)

            try await other.feed.catchUp()
            #expect(await other.refusal(of: session) == .tokenRevoked)
            let restarted = try await Node(accounts: node.accounts, clock: node.clock)
            try await restarted.feed.catchUp()
            #expect(await restarted.refusal(of: session) == .tokenRevoked)
            for node in [node, other, restarted] { #expect(await node.refusal(of: unrelated) == nil) }
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends a token of another service alone`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let id = UniqueID(high: 1, low: 2)
            let token = node.tokens.issue(userID: id, email: "bob@example.com", role: .customer)
            let second = node.tokens.issue(userID: id, email: "bob@example.com", role: .customer)
            try await node.sessions.end(node.tokens.verify(token.text))
            try await other.feed.catchUp()
            for node in [node, other] {
                #expect(await node.refusal { try await node.tokens.verify(token.text) } == .tokenRevoked)
                #expect(await node.refusal { try await node.tokens.verify(second.text) } == nil)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `follows what other nodes end while it runs`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let session = try await node.register()
            #expect(await other.refusal(of: session) == nil)
            let running = Task { try await other.feed.run() }
            try await node.sessions.end(node.tokens.verify(session.token.text))
            while await other.refusal(of: session) == nil {
                other.clock.advance(by: .seconds(2))
                try Task.checkCancellation()
                await Task.yield()
            }
            running.cancel()
            try await running.value
        }
    }

    @Test(arguments: Backend.allCases)
    func `ends the oldest session of a user who opens too many`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            let oldest = try await node.register()
            var newest = oldest
            for _ in 0..<Sessions.limit {
                node.clock.advance(by: .seconds(1))
                newest = try await node.login()
            }
            #expect(await node.refusal(of: oldest) == .tokenRevoked)
            #expect(await node.refusal(of: newest) == nil)
        }
    }

    @Test(arguments: Backend.allCases)
    func `forgets sessions and refresh tokens that have expired`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            let old = try await node.register()
            node.clock.advance(by: .seconds(2_592_000))
            let open = try await node.login()
            _ = try await node.accounts.sessions.pruneSessions(at: node.clock.timestamp, limit: 10)
            #expect(
                await node.refusal { try await node.sessions.refresh(old.refreshToken.text) } == .invalidRefreshToken)
            _ = try await node.sessions.refresh(open.refreshToken.text)
            #expect(try await node.accounts.sessions.pruneSessions(at: node.clock.timestamp, limit: 10) == 0)
        }
    }
}
