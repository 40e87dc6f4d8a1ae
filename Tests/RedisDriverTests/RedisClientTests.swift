import Foundation
import LocalStack
import RedisDriver
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A client of a real Redis` {
    private let key = "test:\(UUID().uuidString)"

    @Test func `gets every type of reply`() async throws {
        try await withSharedRedis { client in
            #expect(try await client.send(set(key, "1")) == .status("OK"))
            #expect(try await client.send(RedisCommand("INCR", [.string(key)])) == .integer(2))
            #expect(try await client.send(get(key)) == .string(Array("2".utf8)))
            #expect(try await client.send(get(key + ":none")) == .null)
            #expect(
                try await client.send(RedisCommand("MGET", [.string(key), .string(key + ":none")]))
                    == .array([.string(Array("2".utf8)), .null]))
            #expect(client.isConnected)
            try await client.ping()
        }
    }

    @Test func `carries any bytes, and many of them`() async throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withSharedRedis { client in
            _ = try await client.send(set(key, .bytes(bytes)))
            #expect(try await client.send(get(key)) == .string(bytes))
        }
    }

    @Test func `gives 10,000 concurrent commands each its own answer`() async throws {
        try await withSharedRedis { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10_000 {
                    group.addTask {
                        let reply = try await client.send(RedisCommand("ECHO", ["\(number)"]))
                        #expect(reply.text == "\(number)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `keeps the order of each task`() async throws {
        try await withSharedRedis { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<100 {
                    group.addTask {
                        for number in 1...100 {
                            let reply = try await client.send(RedisCommand("INCR", ["\(key):\(task)"]))
                            #expect(reply.integer == Int64(number))
                        }
                        _ = try await client.send(RedisCommand("DEL", ["\(key):\(task)"]))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `throws an error reply to its own caller only`() async throws {
        try await withSharedRedis { client in
            _ = try await client.send(set(key, "text"))
            async let before = client.send(get(key))
            async let refused = redisError {
                try await client.send(RedisCommand("LPUSH", [.string(key), "x"]))
            }
            async let after = client.send(get(key))
            #expect(try await before.text == "text")
            #expect(try await after.text == "text")
            let error = await refused
            #expect(error?.code == .server)
            #expect(error?.errorPrefix == "WRONGTYPE")
            #expect(error?.outcomeIsUnknown == false)
        }
    }

    @Test func `runs scripts, and throws their own errors`() async throws {
        try await withSharedRedis { client in
            let sum = RedisScript("return {KEYS[1], ARGV[1] + ARGV[2], {err = 'INNER error'}}")
            let reply = try await client.evaluate(sum, keys: [key], arguments: [40, "2"])
            #expect(
                reply == .array([.string(Array(key.utf8)), .integer(42), .error(RedisServerError("INNER error"))]))

            let error = await redisError {
                let stale = RedisScript("return redis.error_reply('STALE_EPOCH 7 is over')")
                return try await client.evaluate(stale, keys: [], arguments: [])
            }
            #expect(error?.errorPrefix == "STALE_EPOCH")
        }
    }

    @Test func `runs a script many times at once, each call with its own end`() async throws {
        try await withSharedRedis { client in
            // Redis does not know a new script yet, and learns it on the way.
            let halve = RedisScript(
                """
                -- \(key)
                if ARGV[1] % 2 == 1 then return redis.error_reply('ODD ' .. ARGV[1]) end
                return ARGV[1] / 2
                """)
            for _ in 1...2 {
                let answers = await client.evaluate(halve, calls: [4, 5, 6].map { ([], [.integer($0)]) })
                #expect(answers.map { try? $0.get() } == [.integer(2), nil, .integer(3)])
                #expect(throws: RedisError.self) { try answers[1].get() }
            }
            #expect(await client.evaluate(halve, calls: []).isEmpty)
        }
    }

    @Test func `loses nothing when many callers are cancelled`() async throws {
        try await withSharedRedis { client in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<1000 {
                    group.addTask { _ = try? await client.send(RedisCommand("ECHO", ["cancelled"])) }
                }
                group.cancelAll()
            }
            let reply = try await client.send(RedisCommand("ECHO", ["mine"]))
            #expect(reply.text == "mine")
        }
    }

    private func withSharedRedis(_ body: (RedisClient) async throws -> Void) async throws {
        try await withClient(RedisConfiguration(url: LocalStack.redisURL)) { client in
            try await body(client)
            _ = try await client.send(RedisCommand("DEL", [.string(key)]))
        }
    }
}

private func set(_ key: String, _ value: RedisArgument) -> RedisCommand { RedisCommand("SET", [.string(key), value]) }
private func get(_ key: String) -> RedisCommand { RedisCommand("GET", [.string(key)]) }
