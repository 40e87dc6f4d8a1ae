import Audit
import Booking
import Inventory
import PostgresDriver
import Simulation
import Testing

@testable import Accounts

@Suite(.timeLimit(.minutes(1))) struct AccountChangeTests {
    @Test(arguments: Backend.allCases)
    func `changes a password, and ends all sessions but the one that did`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let first = try await node.register()
            let second = try await node.login()
            let identity = try await node.tokens.verify(second.token.text)
            try await node.sessions.changePassword(
                of: identity, from: "correct horse", to: "battery staple", at: "here")
            try await other.feed.catchUp()
            for node in [node, other] {
                #expect(await node.refusal(of: first) == .tokenRevoked)
                #expect(await node.refusal(of: second) == nil)
            }
            #expect(
                await node.refusal { try await node.sessions.refresh(first.refreshToken.text) } == .invalidRefreshToken)
            _ = try await node.sessions.refresh(second.refreshToken.text)
            #expect(await node.refusal { try await node.login() } == .invalidCredentials)
            _ = try await node.login("battery staple")
        }
    }

    @Test(arguments: Backend.allCases)
    func `changes no password without the current one, and makes guesses wait`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            let session = try await node.register()
            let identity = try await node.tokens.verify(session.token.text)
            let error = await #expect(throws: AccountsError.self) {
                try await node.sessions.changePassword(of: identity, from: "correct horse", to: "short", at: "here")
            }
            #expect(error?.code == .invalidPassword)
            #expect(error?.field == "new_password")
            for guess in ["", "wrong horse", "Correct horse", "correct horse ", String(repeating: "x", count: 73)] {
                #expect(
                    await node.refusal {
                        try await node.sessions.changePassword(
                            of: identity, from: guess, to: "battery staple", at: "here")
                    } == .wrongPassword)
            }
            #expect(await node.refusal { try await node.login() } == .tooManyAttempts)
            node.clock.advance(by: .seconds(1))
            _ = try await node.login()
        }
    }

    @Test(arguments: Backend.allCases)
    func `opens no session with a password that was changed while it was checked`(backend: Backend) async throws {
        try await backend.withNodes { node, _ in
            let session = try await node.register()
            let hash = try #require(await node.accounts.users.find(id: session.user.id)).passwordHash
            let identity = try await node.tokens.verify(session.token.text)
            try await node.sessions.changePassword(
                of: identity, from: "correct horse", to: "battery staple", at: "here")
            #expect(
                await node.refusal { try await node.sessions.open(session.user.id, passwordHash: hash) }
                    == .invalidCredentials)
        }
    }

    @Test(arguments: Backend.allCases)
    func `gives one of two changes at once its password`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let session = try await node.register()
            let identity = try await node.tokens.verify(session.token.text)
            async let one = node.refusal {
                try await node.sessions.changePassword(of: identity, from: "correct horse", to: "password one", at: "a")
            }
            async let two = node.refusal {
                try await other.sessions.changePassword(
                    of: identity, from: "correct horse", to: "password two", at: "b")
            }
            let outcomes = await [one, two]
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.count { $0 == .wrongPassword } == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `gives a user another role, which new tokens tell and old ones cannot deny`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let session = try await node.register()
            let changed = try await node.sessions.changeRole(of: session.user.id, to: .staff)
            #expect(changed.role == .staff)
            #expect(changed.email == session.user.email)
            try await other.feed.catchUp()
            for node in [node, other] { #expect(await node.refusal(of: session) == .tokenRevoked) }
            #expect(
                await node.refusal { try await node.sessions.refresh(session.refreshToken.text) }
                    == .invalidRefreshToken)
            #expect(try await node.tokens.verify(node.login().token.text).role == .staff)
            let nobody = UniqueID(high: 1, low: 2)
            #expect(await node.refusal { try await node.sessions.changeRole(of: nobody, to: .admin) } == .userNotFound)
        }
    }

    @Test(arguments: Backend.allCases)
    func `opens no session with a role that is being replaced`(backend: Backend) async throws {
        try await backend.withNodes { node, other in
            let id = try await node.register().user.id
            for round in 0..<20 {
                let role = Role.allCases[round % Role.allCases.count]
                async let changed = node.sessions.changeRole(of: id, to: role)
                async let opened = other.sessions.open(id)
                _ = try await changed
                let session = try await opened
                try await other.feed.catchUp()
                if await other.refusal(of: session) == nil { #expect(session.user.role == role) }
            }
        }
    }

    @Test func `records who has changed a password or a role, and nothing of what is refused`() async throws {
        try await Backend.withPostgres { client in
            let clock = ManualClock()
            let accounts = Accounts(postgres: client, hasher: try PasswordHasher(cost: 4), now: { clock.timestamp })
            let node = try await Node(accounts: accounts, clock: clock)
            let session = try await node.register()
            let (user, admin) = (session.user.id, UniqueID(high: 7, low: 7))
            let identity = try await node.tokens.verify(session.token.text)
            await Author.$current.withValue(Author(user: user, requestID: "r1")) {
                for password in ["wrong horse", "correct horse"] {
                    try? await node.sessions.changePassword(
                        of: identity, from: password, to: "battery staple", at: "here")
                }
            }
            try await Author.$current.withValue(Author(user: admin, requestID: "r2")) {
                _ = try? await node.sessions.changeRole(of: admin, to: .staff)
                _ = try await node.sessions.changeRole(of: user, to: .staff)
            }
            _ = try await node.accounts.changeRole(ofEmail: session.user.email, to: .organizer)

            let rows = try await client.execute(
                "SELECT concat_ws(' ', action, user_id, request_id, fields) FROM audit_log ORDER BY number")
            #expect(
                try rows.map { try $0.decode(0, as: String.self) } == [
                    "user.password_changed \(user) r1 {password}", "user.role_changed \(admin) r2 {role}",
                    "user.role_changed {role}",
                ])
        }
    }
}
