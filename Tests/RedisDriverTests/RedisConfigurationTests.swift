import Testing

@testable import RedisDriver

@Suite struct `The configuration` {
    @Test func `reads every part of a URL`() throws {
        let configuration = try RedisConfiguration(url: "rediss://shop:p%40ss%2Fword@redis.example:7000/3")
        #expect(configuration.host == "redis.example")
        #expect(configuration.port == 7000)
        #expect(configuration.username == "shop")
        #expect(configuration.password == "p@ss/word")
        #expect(configuration.database == 3)
        #expect(configuration.tlsConfiguration != nil)
    }

    @Test func `knows what a short URL leaves out`() throws {
        let configuration = try RedisConfiguration(url: "redis://:secret@[::1]")
        #expect(configuration.host == "::1")
        #expect(configuration.port == 6379)
        #expect(configuration.username == nil)
        #expect(configuration.password == "secret")
        #expect(configuration.database == 0)
        #expect(configuration.tlsConfiguration == nil)
        #expect(configuration.description == "redis://[::1]:6379/0")
    }

    @Test(arguments: [
        "", "127.0.0.1:6379", "http://host", "redis://", "redis://host/zero", "redis://host/-1", "redis://user@host",
        "redis://host?sslrootcert=a.pem", "rediss://host?sslmode=none", "rediss://host?sslrootcert=", "redis://host:x",
    ])
    func `refuses`(url: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error?.code == .configuration)
    }

    @Test func `never shows its password`() throws {
        let configuration = try RedisConfiguration(url: "redis://shop:tell-nobody@127.0.0.1:1/0")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("tell-nobody"))
        }
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: "redis://a:tell-nobody@h/x") }
        #expect(error?.description.contains("tell-nobody") == false)
    }
}
