import Logging
import RedisDriver

/// Redis: whether it can be reached, and keeps holds until they end.
struct RedisCheck {
    let configuration: UsherConfiguration
    let logger: Logger

    func diagnoses() async -> [Diagnosis] {
        let url = configuration.redisURL
        do {
            let client = RedisClient(configuration: try RedisConfiguration(url: url.text), logger: logger)
            return try await withThrowingTaskGroup { group in
                group.addTask { try await client.run() }
                defer { group.cancelAll() }
                let facts = RedisFacts(try await client.send(RedisCommand("INFO")).text ?? "")
                return [
                    .ok("redis", "\(facts.version) at \(url)"), facts.persistence, facts.eviction,
                    try await clock(client),
                ]
            }
        } catch {
            // Usher sells without it, but a crash then loses holds.
            return [
                .failed(
                    "redis", "\(url) cannot be used: \(error)",
                    "Check that it runs, and \(ConfigurationKey.redisURL.variable).")
            ]
        }
    }

    private func clock(_ client: RedisClient) async throws -> Diagnosis {
        try await ClockCheck.diagnosis(of: "redis") {
            let parts = try await client.send(RedisCommand("TIME")).array ?? []
            guard parts.count == 2, let seconds = parts[0].text.flatMap({ Double($0) }),
                let microseconds = parts[1].text.flatMap({ Double($0) })
            else { throw RedisError(.protocolViolation, "TIME was not answered with a time") }
            return seconds + microseconds / 1e6
        }
    }
}

/// What `INFO` tells.
struct RedisFacts {
    private let facts: [Substring: Substring]

    init(_ info: String) {
        let pairs = info.split(whereSeparator: \.isNewline).compactMap { line -> (Substring, Substring)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon], line[line.index(after: colon)...])
        }
        facts = Dictionary(pairs) { $1 }
    }

    var version: String {
        if let valkey = facts["valkey_version"] { return "Valkey \(valkey)" }
        return "Redis \(facts["redis_version"] ?? "of an unknown version")"
    }

    var persistence: Diagnosis {
        guard facts["aof_enabled"] == "1" else {
            return .warning(
                "redis persistence", "without an append-only file",
                "A crash of Redis and of Usher at the same time loses holds: set appendonly yes.")
        }
        return .ok("redis persistence", "append-only file")
    }

    var eviction: Diagnosis {
        let policy = facts["maxmemory_policy"] ?? "unknown"
        guard policy == "noeviction" else {
            return .failed(
                "redis eviction", "maxmemory-policy \(policy)",
                "Redis could forget holds that customers have: set maxmemory-policy noeviction.")
        }
        return .ok("redis eviction", "noeviction")
    }
}
