import Testing

@testable import RedisDriver

@Suite struct `A command` {
    @Test func `is written with the length of each part`() throws {
        let command = RedisCommand("SET", ["ключ", .bytes([0, 13, 10]), 42, ""])
        let expected = "*5\r\n$3\r\nSET\r\n$8\r\nключ\r\n$3\r\n\0\r\n\r\n$2\r\n42\r\n$0\r\n\r\n"
        #expect(try command.encoded() == Array(expected.utf8))
    }

    @Test func `may be empty`() throws {
        #expect(try RedisCommand("").encoded() == Array("*1\r\n$0\r\n\r\n".utf8))
    }

    @Test func `of a script carries its digest, the count of keys, the keys and the arguments`() throws {
        let script = RedisScript("return 1")
        #expect(script.sha1 == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
        #expect(
            script.evalsha(keys: ["a", "b"], arguments: [1]).arguments == [.string(script.sha1), 2, "a", "b", 1])
    }
}

@Suite struct `A waiter` {
    @Test func `keeps a result that comes before the wait`() async throws {
        let waiter = Waiter<Int>()
        #expect(waiter.finish(.success(1)))
        #expect(!waiter.finish(.success(2)))
        #expect(try await waiter.value(orWhenCancelled: .cancelled) == 1)
    }

    @Test func `ends at once when its task is cancelled, and swallows the result`() async {
        let waiter = Waiter<Int>()
        let task = Task {
            await redisError {
                try await waiter.value(orWhenCancelled: .cancelled)
            }
        }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(!waiter.finish(.success(1)))
    }
}

@Suite struct `The pause before another attempt` {
    @Test func `doubles up to its limit, less some jitter`() {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        var ceiling = Backoff.first
        for _ in 0..<10 {
            let pause = backoff.next(using: &generator)
            #expect(pause <= ceiling && pause >= ceiling / 2)
            ceiling = min(ceiling * 2, Backoff.limit)
        }
        #expect(ceiling == Backoff.limit)
        backoff.reset()
        #expect(backoff.next(using: &generator) <= Backoff.first)
    }
}
