public import Booking
public import RedisDriver

/// Quotas in Redis: `usher:rate:<who>` is the moment at which the quota is whole again, in microseconds of Redis' own
/// clock, which is the same for all nodes.
public struct RedisQuotas: SharedQuotas {
    /// Nobody waits for the answer; but a later one is of no more use.
    private static let patience = Duration.milliseconds(250)
    private static let prefix = "usher:rate:"

    private let client: RedisClient

    /// Makes quotas on a client that runs elsewhere.
    public init(client: RedisClient) {
        self.client = client
    }

    public func spend(_ spendings: [QuotaSpending]) async throws -> [Duration] {
        let answer = try await client.evaluate(
            .spend, keys: spendings.map { Self.prefix + $0.key },
            arguments: spendings.flatMap { [.integer($0.cost.microseconds), .integer($0.age.microseconds)] },
            patience: Self.patience)
        return (answer.array ?? []).map { .microseconds($0.integer ?? 0) }
    }
}

extension RedisScript {
    /// KEYS: quotas. ARGV: of each the time in which what was spent grows back, and how long it has been growing back.
    /// Returns of each in how long it will be whole.
    ///
    /// A quota that has been whole for as long as this spending is old can be forgotten.
    fileprivate static let spend = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local waits = {}
        for index, key in ipairs(KEYS) do
            local cost, age = tonumber(ARGV[2 * index - 1]), tonumber(ARGV[2 * index])
            local whole = math.max(tonumber(redis.call('GET', key) or '0'), now - age) + cost
            local wait = math.max(whole - now, 0)
            redis.call('SET', key, string.format('%.0f', whole), 'PX', math.ceil((wait + cost) / 1000) + 1000)
            waits[index] = wait
        end
        return waits
        """)
}

extension Duration {
    fileprivate var microseconds: Int64 { Int64(self / .microseconds(1)) }
}
