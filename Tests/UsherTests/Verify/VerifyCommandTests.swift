import Foundation
import LocalStack
import Testing

@testable import Usher

/// `usher verify`, run as its users run it.
@Suite(.timeLimit(.minutes(1))) struct VerifyCommandTests {
    @Test func `It exits with 2, and says why, when it cannot look`() async throws {
        try await ServerSettings.with(["USHER_DATABASE_URL": "postgresql://usher@127.0.0.1:1/usher"]) { settings in
            let command = try ServerProcess.launch(settings, ["verify"])
            #expect(await command.end() == .exited(2))
            #expect(command.errorText.hasPrefix("usher verify: The database postgresql://usher@127.0.0.1:1/usher"))
        }
    }

    @Test func `The report has a line for each check, and names the first violations`() {
        let checks = [
            PromiseCheck(name: "I1", meaning: "kept well", checked: "12 places", violations: []),
            PromiseCheck(
                name: "I4", meaning: "broken", checked: "3 charges", violations: ["a", "b"], violationCount: 9),
        ]
        #expect(
            checks.lines(details: 1) == [
                "I1  kept well  12 places  kept", "I4  broken     3 charges  BROKEN", "    a", "    and 8 more",
            ])
    }
}
