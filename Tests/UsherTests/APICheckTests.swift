import Accounts
import Foundation
import LocalStack
import Testing

/// Holds what `openapi.json` says against a server: schemathesis sends it right and wrong requests that it makes from
/// the document, follows the links between them, and judges each answer. `scripts/check-api.toml` says how.
@Suite(.serialized, .sharedServer(.withoutKafka), .timeLimit(.minutes(30)))
struct APICheckTests {
    /// How many requests of each kind an operation gets; `make check-api` asks for more.
    private static let examples = ProcessInfo.processInfo.environment["CHECK_API_EXAMPLES"] ?? "2"
    private static let configuration = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../scripts/check-api.toml").standardized

    @Test(arguments: [Role.customer, .organizer, .staff, .admin])
    func `The server answers as its document says`(role: Role) async throws {
        let server = try SharedServer.current
        let python = ProcessInfo.processInfo.environment["STACK_PYTHON"] ?? "/usr/bin/python3"
        let check = try ChildProcess(
            URL(filePath: python),
            [
                "-m", "schemathesis.cli", "--config-file", Self.configuration.path,
                "run", "\(server.url)/openapi.json", "--url", server.url, "--checks", "all", "--continue-on-failure",
                "--seed", "1", "--max-examples", Self.examples, "--generation-database", "none", "--no-color",
            ],
            environment: [
                "USHER_TOKEN": try await token(of: role, at: server),
                "USHER_OTHER_TOKEN": try await token(of: .customer, at: server),
            ],
            folder: server.settings.folder)
        let report = await check.output.reduce(into: Data()) { $0 += $1 }
        let text = String(decoding: report, as: UTF8.self)
        #expect(await check.end() == .exited(0), "\(text)\(check.errorText)")
        let summary = try #require(text.firstMatch(of: /([0-9]+) generated.*/), "\(text)\(check.errorText)")
        #expect(Int(summary.1) ?? 0 > 1_000)
        print("schemathesis, as \(role.rawValue): \(summary.0)")
    }

    /// A new user's.
    private func token(of role: Role, at server: ServerProcess) async throws -> String {
        let user = try await TestUser.registered(at: server)
        if role != .customer {
            let command = try ServerProcess.launch(server.settings, ["role", user.email, role.rawValue])
            #expect(await command.end() == .exited(0), "\(command.errorText)")
        }
        let session: SessionAnswer = try await APIClient(baseURL: server.url).post(
            "/api/users/login", #"{"email": "\#(user.email)", "password": "correct horse"}"#
        ).expect(200)
        return session.token
    }
}
