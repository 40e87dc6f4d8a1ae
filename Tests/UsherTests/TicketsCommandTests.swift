import Foundation
import LocalStack
import Testing
import Tickets

/// `usher tickets`, run as its users run it.
@Suite(.timeLimit(.minutes(1))) struct TicketsCommandTests {
    @Test func `the public key is that of the secret which signs the server's tickets`() async throws {
        let secret = "the tests' secret of tickets, not for any other use"
        try await ServerSettings.with(["USHER_TICKETS_SECRET": secret]) { settings in
            let command = try ServerProcess.launch(settings, ["tickets", "public-key"])
            #expect(await command.end() == .exited(0), "\(command.errorText)")
            let output = await command.output.reduce(into: Data()) { $0 += $1 }
            #expect(try String(decoding: output, as: UTF8.self) == TicketSigner(secret: secret).publicKeyPEM)
        }
    }

    @Test func `without a secret that lasts there is no key to print`() async throws {
        try await ServerSettings.with(["USHER_JWT_SECRET": ""]) { settings in
            let command = try ServerProcess.launch(settings, ["tickets", "public-key"])
            #expect(await command.end() == .exited(1))
            #expect(command.errorText.contains("USHER_TICKETS_SECRET"))
        }
    }
}
