import Accounts
import Addresses
import Booking
import BookingStores
import Foundation
import HTTPTypes
import LocalStack
import NIOCore
import RedisDriver
import Simulation
import Testing

@testable import HTTPAPI

@Suite("Limits of clients", .timeLimit(.minutes(1)))
struct RateLimitTests {
    private static let limits = RateLimits(
        addresses: [.reads: RateLimit("5/10")!, .sales: RateLimit("5/10")!, .login: RateLimit("2/60")!],
        users: [.reads: RateLimit("3/10")!, .sales: RateLimit("3/10")!])

    private func withAPI(
        _ limits: RateLimits = Self.limits, _ body: @escaping @Sendable (TestAPI, Caller) async throws -> Void
    ) async throws {
        var configuration = HTTPConfiguration(port: 0)
        configuration.limits = limits
        let api = try await TestAPI(configuration: configuration)
        try await api.withRouter { try await body(api, $0) }
    }

    @Test func `who asks too often is told when to come back, and is served then`() async throws {
        try await withAPI { api, visitor in
            for _ in 0..<5 { #expect(try await visitor.get("/api/events").status == .ok) }
            let refusal = try await visitor.get("/api/events")
            #expect(refusal.refusal == "429 rate_limited")
            #expect(refusal.headers[.retryAfter] == "2")
            #expect(refusal.headers[.rateLimitPolicy] == #""reads-address";q=5;w=10"#)
            #expect(refusal.headers[.rateLimit] == #""reads-address";r=0;t=10"#)
            api.clock.advance(by: .seconds(2))
            #expect(try await visitor.get("/api/events").status == .ok)
        }
    }

    @Test func `an answer says what is left of the address's and the user's quotas`() async throws {
        try await withAPI { _, visitor in
            let answer = try await visitor.signedIn().get("/api/users/x/bookings")
            #expect(answer.status == .notFound)
            #expect(answer.headers[.rateLimitPolicy] == #""reads-address";q=5;w=10"#)
            #expect(answer.headers[.rateLimit] == #""reads-address";r=4;t=2"#)
            let user = try await visitor.signedIn()
            let bookings = try await user.get("/api/users/\(user.id)/bookings")
            #expect(
                bookings.headers[.rateLimitPolicy] == #""reads-address";q=5;w=10, "reads-user";q=3;w=10"#)
            #expect(bookings.headers[.rateLimit] == #""reads-address";r=3;t=4, "reads-user";r=2;t=4"#)
        }
    }

    @Test func `a user is limited, whatever others do`() async throws {
        try await withAPI(RateLimits(users: [.sales: RateLimit("3/10")!])) { _, visitor in
            let (user, other) = (try await visitor.signedIn(), try await visitor.signedIn())
            for _ in 0..<3 { #expect(try await user.post("/api/booking", "{}").status == .badRequest) }
            #expect(try await user.post("/api/booking", "{}").refusal == "429 rate_limited")
            #expect(try await other.post("/api/booking", "{}").status == .badRequest)
            #expect(try await user.get("/api/events").status == .ok)
        }
    }

    @Test func `passwords cannot be guessed in numbers`() async throws {
        try await withAPI { _, visitor in
            let guess = #"{"email": "a@usher.example", "password": "wrong horse"}"#
            for _ in 0..<2 {
                #expect(try await visitor.post("/api/users/login", guess).refusal == "401 invalid_credentials")
            }
            let refusal = try await visitor.post("/api/users/login", guess)
            #expect(refusal.refusal == "429 rate_limited")
            #expect(refusal.headers[.retryAfter] == "30")
            #expect(try await visitor.get("/api/events").status == .ok)
        }
    }

    @Test func `whether the server lives is never counted`() async throws {
        try await withAPI { _, visitor in
            for _ in 0..<50 {
                let answer = try await visitor.get("/health/live")
                #expect(answer.status == .ok)
                #expect(answer.headers[.rateLimit] == nil)
            }
        }
    }

    @Test func `nodes limit a client together`() async throws {
        try await withRedis { redis in
            let quotas = RedisQuotas(client: redis)
            let clock = SystemBookingClock()
            let limit = try #require(RateLimit("100/3600"))
            let user = SystemIdentifierSource().next(at: clock.timestamp)
            let nodes = (0..<2).map { _ in
                RateLimiter(
                    limits: RateLimits(users: [.sales: limit]), shared: quotas, clock: clock, logger: .silent)
            }
            var admitted = 0
            for _ in 0..<20 {
                for node in nodes {
                    var use = try node.admit(.unspecified, to: .sales)
                    for _ in 0..<25 where (try? node.admit(user, to: &use)) != nil { admitted += 1 }
                    await node.tell()
                }
            }
            // Each may have given a quarter of which the other had not heard.
            #expect((100...150).contains(admitted), "\(admitted)")
        }
    }

    @Test func `what a node has to tell is told by itself`() async throws {
        let told = AsyncStream.makeStream(of: [QuotaSpending].self)
        let limiter = RateLimiter(
            limits: RateLimits(addresses: [.login: RateLimit("8/60")!]),
            shared: HeardQuotas { told.continuation.yield($0) }, clock: ManualClock(), logger: .silent)
        try await withServices([limiter]) { _ in
            let address = try #require(IPAddress("2001:db8::1:2"))
            for _ in 0..<2 { _ = try limiter.admit(address, to: .login) }
            let spendings = await told.stream.first { _ in true }
            #expect(spendings == [QuotaSpending(key: "login-address:2001:db8::", cost: .seconds(15), age: .zero)])
        }
    }

    @Test func `quotas of Redis add up, and grow back`() async throws {
        try await withRedis { redis in
            let quotas = RedisQuotas(client: redis)
            let key = "test:\(UUID())"
            func spend(_ cost: Duration, age: Duration = .zero) async throws -> Duration {
                try #require(await quotas.spend([QuotaSpending(key: key, cost: cost, age: age)]).first)
            }
            #expect(try await spend(.seconds(100)) == .seconds(100))
            let second = try await spend(.seconds(100))
            #expect((.seconds(140)...(.seconds(200))).contains(second))
            #expect(try await spend(.seconds(1), age: .seconds(50)) <= .seconds(201))
            let idle = try await quotas.spend([
                QuotaSpending(key: "\(key):idle", cost: .seconds(1), age: .seconds(3_600))
            ])
            #expect(idle == [.zero])
        }
    }

    @Test func `a node without the others limits on its own`() async throws {
        struct Away: SharedQuotas {
            func spend(_ spendings: [QuotaSpending]) async throws -> [Duration] { throw CancellationError() }
        }
        let limiter = RateLimiter(
            limits: RateLimits(users: [.sales: RateLimit("10/60")!]), shared: Away(), clock: ManualClock(),
            logger: .silent)
        try await withServices([limiter]) { _ in
            var use = try limiter.admit(.unspecified, to: .sales)
            let user = SystemIdentifierSource().next(at: ManualClock().timestamp)
            #expect((0..<50).count { _ in (try? limiter.admit(user, to: &use)) != nil } == 10)
        }
    }

    private func withRedis(_ body: (RedisClient) async throws -> Void) async throws {
        let redis = RedisClient(configuration: try RedisConfiguration(url: LocalStack.redisURL), logger: .silent)
        try await withServices([redis]) { _ in try await body(redis) }
    }
}

/// Hands on what it is told.
private struct HeardQuotas: SharedQuotas {
    let onTold: @Sendable ([QuotaSpending]) -> Void

    func spend(_ spendings: [QuotaSpending]) async throws -> [Duration] {
        onTold(spendings)
        return []
    }
}
