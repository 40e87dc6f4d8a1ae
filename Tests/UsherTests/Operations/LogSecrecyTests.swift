import Foundation
import LocalStack
import NIOHTTP1
import Testing

@testable import Usher

/// What a server writes to its log when it writes all it can.
@Suite(.timeLimit(.minutes(2))) struct LogSecrecyTests {
    @Test func `no secret, token, password, body or ticket is in the log, at any level`() async throws {
        let settings = [
            "USHER_LOG_LEVEL": "trace", "USHER_LOG_FORMAT": "json", "USHER_METRICS_TOKEN": "metrics-token-4711-secret",
            "USHER_TICKETS_SECRET": "the tickets' secret, which nobody may see",
        ]
        try await ServerSettings.with([String: String].withoutKafka.merging(settings) { $1 }) { settings in
            let server = try await ServerProcess(settings)
            let customer = try await TestUser.registered(at: server)
            let event = try await TestUser.organizer(at: server).createEvent()
            let hold = try await customer.hold("STALLS-1-1", of: event)
            let booking = try await customer.book(hold, paymentToken: "tok_slow_7")
            let link = booking.links.stream
            try await APIClient(baseURL: server.url).follow(link)
            let stranger = APIClient(baseURL: server.url, token: "a-token-that-is-none")
            _ = try await stranger.get("/api/users/profile?secret=in-the-query")
            _ = try await stranger.post(
                "/api/users/login", #"{"email": "x@usher.example", "password": "wrong-password-99"}"#)
            _ = try await stranger.post("/api/users/login", #"{"email": "not closed, body-text-13"#)
            var metrics = APIClient(baseURL: server.url)
            metrics.token = "metrics-token-4711-secret"
            #expect(try await metrics.get("/metrics").status == 200)
            #expect(await server.stop() == .exited(0))

            let log = server.log
            #expect(log.contains("Request answered"))
            let ticket = try #require(link.split(separator: "=").last).description
            let secrets = [
                "correct horse", "wrong-password-99", "body-text-13", "a-token-that-is-none", "in-the-query",
                "metrics-token-4711-secret", "nobody may see", "not for any other use", "tok_slow_7", ticket,
                try #require(customer.api.token), DemoAccount.organizer.password, customer.email,
            ]
            for secret in secrets { #expect(!log.contains(secret), "\(secret)") }
        }
    }

    @Test func `each line is one JSON object, and a request's names its trace`() async throws {
        let settings = ["USHER_LOG_LEVEL": "debug", "USHER_LOG_FORMAT": "auto"]
        try await ServerSettings.with([String: String].withoutKafka.merging(settings) { $1 }) { settings in
            let server = try await ServerProcess(settings)
            let headers: HTTPHeaders = [
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Request-ID": "mine-1",
            ]
            _ = try await APIClient(baseURL: server.url).send(.GET, "/health/live", headers: headers)
            #expect(await server.stop() == .exited(0))
            let lines = server.log.split(separator: "\n")
            let objects = lines.compactMap { line in
                try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            }
            #expect(objects.count == lines.count)
            let request = try #require(objects.first { $0["request_id"] as? String == "mine-1" })
            #expect(request["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
            #expect((request["metadata"] as? [String: String])?["route"] == "/health/live")
        }
    }
}
