import Accounts
import LocalStack
import Testing

/// `usher role`, run as its users run it.
@Suite(.timeLimit(.minutes(1))) struct RoleCommandTests {
    @Test func `a user gets a role, with which she must sign in anew`() async throws {
        try await ServerSettings.with(.withoutKafka) { settings in
            let server = try await ServerProcess(settings)
            let user = try await TestUser.registered(at: server)
            let command = try ServerProcess.launch(settings, ["role", user.email, "organizer"])
            #expect(await command.end() == .exited(0), "\(command.errorText)")
            // The server learns of it within seconds.
            while try await user.at(server).api.get("/api/auth/me").status == 200 {}
            #expect(try await user.at(server).api.get("/api/auth/me").problem?.code == "token_revoked")
            #expect(await server.stop() == .exited(0), "\(server.log)")
        }
    }

    @Test func `an address without an account, or a role that is none, is refused`() async throws {
        try await ServerSettings.with { settings in
            let unknown = try ServerProcess.launch(settings, ["role", "nobody@usher.example", "admin"])
            #expect(await unknown.end() == .exited(1))
            #expect(unknown.errorText.contains("No user has the address nobody@usher.example."))

            let wrong = try ServerProcess.launch(settings, ["role", "nobody@usher.example", "king"])
            #expect(await wrong.end() == .exited(64))
            #expect(wrong.errorText.contains("customer, organizer, staff, admin"))
        }
    }
}
