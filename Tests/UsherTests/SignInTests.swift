import Foundation
import LocalStack
import NIOHTTP1
import Testing

/// Signing in and out where it matters that the server is a real one.
@Suite(.timeLimit(.minutes(2)))
struct SignInTests {
    @Test func `a code comes by mail without Kafka, and an ended session is ended for the next server too`()
        async throws
    {
        try await ServerSettings.with(.withoutKafka) { settings in
            let first = try await ServerProcess(settings)
            let customer = try await TestUser.registered(at: first)
            let session = try await signIn(customer, at: first)
            #expect(session.user.id == customer.id)

            let caller = APIClient(baseURL: first.url, token: session.token)
            #expect(try await caller.send(.POST, "/api/auth/logout").status == 204)
            #expect(try await caller.get("/api/auth/me").problem?.code == "token_revoked")
            #expect(await first.stop() == .exited(0), "\(first.log)")

            let second = try await ServerProcess(settings)
            let returned = APIClient(baseURL: second.url, token: session.token)
            #expect(try await returned.get("/api/auth/me").problem?.code == "token_revoked")
            #expect(try await customer.at(second).api.get("/api/auth/me").status == 200)
            #expect(await second.stop() == .exited(0), "\(second.log)")
        }
    }

    private func signIn(_ customer: TestUser, at server: ServerProcess) async throws -> SessionAnswer {
        let watch = try FolderWatch(server.settings.mailFolder.path)
        let api = APIClient(baseURL: server.url)
        let requested = try await api.post("/api/auth/request-otp", #"{"email": "\#(customer.email)"}"#)
        #expect(requested.status == 202)
        let code = try await code(in: server.settings.mailFolder, watch)
        return try await api.post(
            "/api/auth/verify-otp", #"{"email": "\#(customer.email)", "code": "\#(code)"}"#
        ).expect(200)
    }

    private func code(in folder: URL, _ watch: FolderWatch) async throws -> Substring {
        for await _ in watch.changes {
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            where file.pathExtension == "eml" {
                let mail = try String(contentsOf: file, encoding: .utf8)
                return try #require(mail.firstMatch(of: /Your code is (\d{6})/)).1
            }
        }
        throw CancellationError()
    }
}
