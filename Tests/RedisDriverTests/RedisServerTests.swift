import RedisDriver
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A client of its own Redis` {
    @Test func `sends a script's source only when Redis does not know it`() async throws {
        let server = try await RedisServer()
        try await withClient(RedisConfiguration(url: server.url)) { client in
            let script = RedisScript("return 7")
            for _ in 1...2 {
                _ = try await client.send(RedisCommand("SCRIPT", ["FLUSH"]))
                #expect(try await client.evaluate(script, keys: [], arguments: []) == .integer(7))
                #expect(try await client.evaluate(script, keys: [], arguments: []) == .integer(7))
            }
            let statistics = try await client.send(RedisCommand("INFO", ["commandstats"])).text ?? ""
            #expect(statistics.contains("cmdstat_eval:calls=2,"))
            #expect(statistics.contains("cmdstat_evalsha:calls=4,"))
        }
    }

    @Test func `heals after Redis was killed and started again`() async throws {
        let server = try await RedisServer()
        let log = LogRecorder()
        try await withClient(RedisConfiguration(url: server.url), log: log) { client in
            try await client.ping()
            _ = await log.next(containing: "connected")
            server.kill()
            _ = await log.next(containing: "lost the connection")

            let error = await redisError { try await client.ping() }
            #expect(error?.code == .connection)
            #expect(error?.outcomeIsUnknown == false)
            #expect(!client.isConnected)

            try server.start()
            _ = await log.next(containing: "connected")
            try await client.ping()
        }
    }

    @Test func `waits for a Redis that starts later`() async throws {
        let server = try await RedisServer()
        server.kill()
        let log = LogRecorder()
        try await withClient(RedisConfiguration(url: server.url), log: log) { client in
            async let ping: Void = client.ping()
            _ = await log.next(containing: "cannot connect")
            try server.start()
            try await ping
        }
    }

    @Test func `drops a connection on which nothing is answered any more, and makes another`() async throws {
        let server = try await RedisServer()
        let log = LogRecorder()
        var configuration = try RedisConfiguration(url: server.url)
        configuration.commandTimeout = .milliseconds(300)
        try await withClient(configuration, log: log) { client in
            try await client.ping()
            server.freeze()
            let error = await redisError { try await client.ping() }
            #expect(error?.code == .timeout)
            #expect(error?.outcomeIsUnknown == true)
            server.thaw()
            _ = await log.next(containing: "lost the connection")
            _ = await log.next(containing: "connected to")
            try await client.ping()
        }
    }

    @Test func `logs in with a user's name and password, and selects its database`() async throws {
        let server = try await RedisServer { _, port in
            ["--port", "\(port)", "--user", "shop", "on", ">p@ss", "~*", "+@all"]
        }
        let url = "redis://shop:p%40ss@127.0.0.1:\(server.port)/3"
        try await withClient(RedisConfiguration(url: url)) { client in
            let user = try await client.send(RedisCommand("ACL", ["WHOAMI"]))
            #expect(user.text == "shop")
            let connection = try await client.send(RedisCommand("CLIENT", ["INFO"])).text ?? ""
            #expect(connection.contains(" db=3 "))
            #expect(connection.contains(" name=usher "))
        }
    }

    @Test(arguments: ["redis://:wrong-secret@127.0.0.1", "redis://nobody:wrong-secret@127.0.0.1", "redis://127.0.0.1"])
    func `says clearly and at once that the login was refused`(url: String) async throws {
        let server = try await RedisServer { _, port in ["--port", "\(port)", "--requirepass", "secret"] }
        let log = LogRecorder()
        try await withClient(RedisConfiguration(url: "\(url):\(server.port)"), log: log) { client in
            let error = await redisError { try await client.ping() }
            #expect(error?.code == .connection)
            let cause = error?.cause as? RedisError
            #expect(cause?.code == .server)
            #expect(["WRONGPASS", "NOAUTH"].contains(cause?.errorPrefix))
            #expect(error?.description.contains("Check the user, the password") == true)
            #expect(error?.description.contains("secret") == false)
            #expect(await log.next(containing: "cannot connect")?.contains("secret") == false)
        }
    }

    @Test func `speaks TLS with a server whose certificate it trusts`() async throws {
        let server = try await RedisServer.withTLS()
        let url = "rediss://127.0.0.1:\(server.port)?sslrootcert=\(server.certificate)"
        try await withClient(RedisConfiguration(url: url)) { client in
            let value = RedisArgument.bytes(Array(repeating: 7, count: 100_000))
            _ = try await client.send(RedisCommand("SET", ["key", value]))
            #expect(try await client.send(RedisCommand("STRLEN", ["key"])) == .integer(100_000))
        }
    }

    @Test func `refuses a server whose certificate it does not trust`() async throws {
        let server = try await RedisServer.withTLS()
        try await expectRefusal("rediss://127.0.0.1:\(server.port)", because: "CERTIFICATE_VERIFY_FAILED")
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `refuses a server whose certificate is for another name`(host: String) async throws {
        let server = try await RedisServer.withTLS(subject: "DNS:redis.example")
        let url = "rediss://\(host):\(server.port)?sslrootcert=\(server.certificate)"
        try await expectRefusal(url, because: "failedToValidateHostname")
    }

    @Test func `cannot be run with a certificate that is not there`() async throws {
        let configuration = try RedisConfiguration(url: "rediss://127.0.0.1:1?sslrootcert=/nowhere.pem")
        let error = await #expect(throws: RedisError.self) {
            try await withClient(configuration) { client in
                let error = await redisError { try await client.ping() }
                #expect(error?.code == .configuration)
                // `run` throws the same.
                throw error ?? .init(.closed, "")
            }
        }
        #expect(error?.code == .configuration)
    }

    private func expectRefusal(_ url: String, because reason: String) async throws {
        var configuration = try RedisConfiguration(url: url)
        configuration.connectTimeout = .seconds(2)
        let log = LogRecorder()
        try await withClient(configuration, log: log) { client in
            #expect(await log.next(containing: reason)?.contains("cannot connect") == true)
            let error = await redisError { try await client.ping() }
            #expect(error?.code == .connection)
        }
    }
}
