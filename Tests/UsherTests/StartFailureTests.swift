import Foundation
import LocalStack
import Testing

/// A server that cannot start says why in one sentence, and ends with an error.
@Suite(.timeLimit(.minutes(2)))
struct StartFailureTests {
    @Test func `a variable that is not known is named`() async throws {
        #expect(try await errorText(with: ["USHER_HTTP_PROT": "8080"]).contains("USHER_HTTP_PROT"))
    }

    @Test func `a bad value is shown with what is wanted`() async throws {
        let text = try await errorText(with: ["USHER_WORKERS": "many"])
        #expect(text == #"Error: workers (USHER_WORKERS) is "many" but must be a whole number from 1 to 1024."#)
    }

    @Test func `a secret that is too short is refused and not shown`() async throws {
        let text = try await errorText(with: ["USHER_JWT_SECRET": "hunter2"])
        #expect(text.contains("USHER_JWT_SECRET"))
        #expect(!text.contains("hunter2"))
    }

    @Test func `a server for other machines needs a secret`() async throws {
        let text = try await errorText(with: ["USHER_HTTP_HOST": "0.0.0.0", "USHER_JWT_SECRET": ""])
        #expect(text.contains("USHER_JWT_SECRET"))
        #expect(text.contains("0.0.0.0"))
    }

    @Test func `a database that is away is named without its password`() async throws {
        let text = try await errorText(with: ["USHER_DATABASE_URL": "postgresql://usher:hunter2@127.0.0.1:1/usher"])
        #expect(text.contains("postgresql://usher:***@127.0.0.1:1/usher"))
        #expect(text.contains("Connection refused"))
        #expect(!text.contains("hunter2"))
    }

    @Test func `a port that is taken is named`() async throws {
        try await ServerSettings.with(.withoutKafka) { settings in
            let server = try await ServerProcess(settings)
            let port = try #require(URL(string: server.url)?.port)
            let text = try await errorText(with: ["USHER_HTTP_PORT": "\(port)"])
            #expect(text.contains("127.0.0.1, port \(port): Address already in use"))
        }
    }

    @Test func `a host that does not exist is named`() async throws {
        #expect(try await errorText(with: ["USHER_HTTP_HOST": "no.invalid"]).contains("no.invalid"))
    }

    @Test func `a mail folder that cannot be made is named`() async throws {
        let changes = ["USHER_MAIL_DIRECTORY": "/proc/mail", "USHER_NOTIFICATIONS_ENABLED": "true"]
        #expect(try await errorText(with: changes).contains("/proc/mail"))
    }

    /// Starts a server that must fail, and returns the sentence that follows what it has logged.
    private func errorText(with changes: [String: String]) async throws -> String {
        try await ServerSettings.with([String: String].withoutKafka.merging(changes) { $1 }) { settings in
            let child = try ServerProcess.launch(settings)
            #expect(await child.end() == .exited(1))
            let lines = child.errorText.split(separator: "\n").filter { !isLogged($0) }
            #expect(lines.count == 1, "\(child.errorText)")
            let sentence = try #require(lines.last)
            #expect(sentence.hasPrefix("Error: "))
            for dump in ["Domain=", "Optional(", "errno", "descriptor"] { #expect(!sentence.contains(dump)) }
            return String(sentence)
        }
    }

    private func isLogged(_ line: Substring) -> Bool {
        line.prefixMatch(of: /\d{4}-\d\d-\d\dT\S+ (notice|warning|error|critical) usher:/) != nil
    }
}
