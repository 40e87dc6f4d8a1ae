import Booking
import BookingStores
import LocalStack
import RedisDriver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedisReadCacheTests {
    private func withCache(_ body: (RedisReadCache, RedisClient) async throws -> Void) async throws {
        let client = RedisClient(
            configuration: try RedisConfiguration(url: LocalStack.redisURL), logger: silentLogger)
        try await running(client) {
            try await client.ping()
            let name = "test-\(newID())"
            try await body(RedisReadCache(name: name, client: client), client)
            _ = try await client.send(RedisCommand("DEL", [.string("usher:{\(name)}:generation")]))
        }
    }

    @Test func `a text is read once until something changes`() async throws {
        try await withCache { cache, _ in
            #expect(await cache.text(for: "a") { "one\n1" } == "one\n1")
            #expect(await cache.text(for: "a") { "two" } == "one\n1")
            #expect(await cache.text(for: "b") { "three" } == "three")
            await cache.invalidate()
            #expect(await cache.text(for: "a") { "four" } == "four")
            #expect(await cache.text(for: "a") { "five" } == "four")
        }
    }

    @Test func `what was read before a change is not kept for after it`() async throws {
        try await withCache { cache, _ in
            let slow = await cache.text(for: "a") {
                await cache.invalidate()
                return "old"
            }
            #expect(slow == "old")
            #expect(await cache.text(for: "a") { "new" } == "new")
        }
    }

    @Test func `an error is thrown on, and nothing is kept of it`() async throws {
        try await withCache { cache, _ in
            await #expect(throws: CancellationError.self) {
                try await cache.text(for: "a") { () async throws(CancellationError) in throw CancellationError() }
            }
            #expect(await cache.text(for: "a") { "one" } == "one")
        }
    }

    @Test func `without Redis everything is read, and nobody waits for it`() async throws {
        let client = RedisClient(
            configuration: try RedisConfiguration(url: "redis://127.0.0.1:1"), logger: silentLogger)
        let cache = RedisReadCache(name: "test", client: client)
        #expect(await cache.text(for: "a") { "one" } == "one")
        await cache.invalidate()
        #expect(await cache.text(for: "a") { "two" } == "two")
    }
}
