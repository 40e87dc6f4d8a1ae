import Logging
import RedisDriver
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A client of a misbehaving server` {
    @Test func `lets a cancelled caller go, and gives its answer to nobody`() async throws {
        // The first answer comes only with the second: between them the first caller is cancelled.
        let server = try await ScriptedServer { $0 == ["SECOND"] ? "+first\r\n+second\r\n" : nil }
        try await withClient(RedisConfiguration(url: server.url)) { client in
            let first = Task {
                await redisError { try await client.send(RedisCommand("FIRST")) }
            }
            await server.received(1)
            first.cancel()
            let error = await first.value
            #expect(error?.code == .cancelled)
            #expect(error?.outcomeIsUnknown == true)
            let answer = try await client.send(RedisCommand("SECOND"))
            #expect(answer == .status("second"))
        }
    }

    @Test func `sends nothing for a task that was cancelled before`() async throws {
        let server = try await ScriptedServer { _ in "+OK\r\n" }
        try await withClient(RedisConfiguration(url: server.url)) { client in
            try await client.ping()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await redisError { try await client.send(RedisCommand("NEVER")) }
            }
            let error = await task.value
            #expect(error?.code == .cancelled)
            #expect(error?.outcomeIsUnknown == false)
            _ = try await client.send(RedisCommand("LAST"))
            #expect(await server.commands.first { _ in true } == ["LAST"])
        }
    }

    @Test func `refuses commands beyond its bound at once`() async throws {
        let server = try await ScriptedServer { _ in nil }
        var configuration = try RedisConfiguration(url: server.url)
        configuration.queuedCommands = 2
        try await withClient(configuration) { client in
            async let first = client.send(RedisCommand("1"))
            await server.received(1)
            async let second = client.send(RedisCommand("2"))
            await server.received(1)
            let error = await redisError { try await client.send(RedisCommand("3")) }
            #expect(error?.code == .queueFull)
            server.send("+a\r\n+b\r\n")
            let answers = try await [first, second]
            #expect(answers == [.status("a"), .status("b")])
        }
    }

    @Test func `tells a caller that its outcome is unknown when the connection breaks`() async throws {
        let server = try await ScriptedServer { _ in nil }
        try await withClient(RedisConfiguration(url: server.url)) { client in
            async let broken = redisError {
                try await client.send(RedisCommand("SILENCE"))
            }
            await server.received(1)
            server.disconnect()
            let error = await broken
            #expect(error?.code == .connection)
            #expect(error?.outcomeIsUnknown == true)
        }
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", "*999999999\r\n", "+two\r\n+answers\r\n"])
    func `drops a connection that does not follow the protocol`(reply: String) async throws {
        let server = try await ScriptedServer { _ in reply }
        let log = LogRecorder()
        try await withClient(RedisConfiguration(url: server.url), log: log) { client in
            let error = await redisError { try await client.send(RedisCommand("ANY")) }
            #expect(error?.code == .protocolViolation)
            _ = await log.next(containing: "connected")
            _ = await log.next(containing: "connected to")
            try await client.ping()
        }
    }

    @Test func `does not wait for ever for a server that is not there`() async throws {
        // Nothing listens on port 1.
        var configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
        configuration.connectTimeout = .milliseconds(500)
        let log = LogRecorder()
        try await withClient(configuration, log: log) { client in
            _ = await log.next(containing: "cannot connect")
            for _ in 1...2 {
                let error = await redisError { try await client.ping() }
                #expect(error?.code == .connection)
                #expect(error?.description.contains("127.0.0.1:1 cannot be reached") == true)
            }
        }
    }

    @Test func `tells callers of a client that is never run`() async throws {
        var configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
        configuration.connectTimeout = .milliseconds(50)
        let client = RedisClient(configuration: configuration, logger: Logger(label: "test"))
        let error = await redisError { try await client.ping() }
        #expect(error?.code == .connection)
    }

    @Test func `an impatient caller goes on without its answer, and the others get theirs`() async throws {
        let server = try await ScriptedServer { _ in nil }
        try await withClient(RedisConfiguration(url: server.url)) { client in
            async let slow = client.send(RedisCommand("SLOW"))
            await server.received(1)
            let error = await redisError {
                try await client.send(RedisCommand("NOW"), patience: .milliseconds(20))
            }
            #expect(error?.code == .timeout)
            #expect(error?.outcomeIsUnknown == true)
            async let next = client.send(RedisCommand("NEXT"), patience: .seconds(60))
            await server.received(2)
            server.send("+slow\r\n+now\r\n+next\r\n")
            let answers = try await [slow, next]
            #expect(answers == [.status("slow"), .status("next")])
            #expect(client.isConnected)
        }
    }

    @Test func `answers what was sent before a graceful shutdown, and nothing after it`() async throws {
        let server = try await ScriptedServer { _ in nil }
        var configuration = try RedisConfiguration(url: server.url)
        configuration.drainTimeout = .seconds(600)
        try await withServiceGroup(configuration) { client, group in
            async let slow = client.send(RedisCommand("SLOW"))
            await server.received(1)
            await group.triggerGracefulShutdown()
            while client.isConnected {
                try Task.checkCancellation()
                await Task.yield()
            }
            let refusal = await redisError { try await client.ping() }
            #expect(refusal?.code == .closed)
            server.send("+done\r\n")
            let answer = try await slow
            #expect(answer == .status("done"))
        }
    }

    @Test func `fails what a shutdown could not wait for`() async throws {
        let server = try await ScriptedServer { _ in nil }
        var configuration = try RedisConfiguration(url: server.url)
        configuration.drainTimeout = .milliseconds(50)
        try await withServiceGroup(configuration) { client, group in
            async let hanging = redisError {
                try await client.send(RedisCommand("NEVER"))
            }
            await server.received(1)
            await group.triggerGracefulShutdown()
            let error = await hanging
            #expect(error?.code == .closed)
            #expect(error?.outcomeIsUnknown == true)
        }
    }

    @Test func `fails callers who wait for a connection when it is shut down`() async throws {
        try await withServiceGroup(RedisConfiguration(url: "redis://127.0.0.1:1")) { client, group in
            async let waiting = redisError { try await client.ping() }
            await group.triggerGracefulShutdown()
            #expect(await waiting?.code == .closed)
        }
    }

    private func withServiceGroup(
        _ configuration: RedisConfiguration,
        _ body: (RedisClient, ServiceGroup) async throws -> Void
    ) async throws {
        let logger = LogRecorder().logger
        let client = RedisClient(configuration: configuration, logger: logger)
        let group = ServiceGroup(services: [client], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(client, group)
            try await tasks.waitForAll()
        }
    }
}
