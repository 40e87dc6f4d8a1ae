public import Booking
public import Inventory
public import RedisDriver

/// Holds in Redis, each write fenced by the epoch of the offering's shard.
///
/// Redis decides nothing: its expiry is the deadline plus a grace, so that a hold can be recovered with the time that
/// it has left and what nobody removes goes away by itself.
public struct RedisHoldStore: HoldStore {
    private static let holdsPerRead = 500

    private let client: RedisClient
    private let grace: Duration
    private let clock: any BookingClock

    /// Makes a store on a client that runs elsewhere.
    ///
    /// - Parameter grace: How long a hold is remembered after its deadline.
    public init(client: RedisClient, grace: Duration = .seconds(60), clock: any BookingClock) {
        self.client = client
        self.grace = grace
        self.clock = clock
    }

    public func open(_ offering: UniqueID, epoch: Int64) async throws(HoldStoreError) -> [StoredHold] {
        let keys = HoldKeys(offering)
        let ids = try await evaluate(
            .open, keys: [keys.epoch, keys.deadlines],
            arguments: [.integer(epoch), .integer(clock.timestamp.millisecondsSince1970)])
        let names = (ids.array ?? []).compactMap(\.text)
        var holds: [StoredHold] = []
        for start in stride(from: 0, to: names.count, by: Self.holdsPerRead) {
            let page = names[start..<min(start + Self.holdsPerRead, names.count)]
            let values = try await send(
                RedisCommand("MGET", page.map { .string(keys.hold($0)) }))
            for (name, value) in zip(page, values.array ?? []) {
                guard let own = UniqueID(name), let line = value.text else { continue }
                guard let hold = StoredHold(id: HoldID(offering: offering, own: own), line: line) else {
                    throw HoldStoreError(.unavailable, "Hold \(name) of offering \(offering) cannot be read")
                }
                holds.append(hold)
            }
        }
        return holds
    }

    public func put(_ hold: StoredHold, epoch: Int64) async throws(HoldStoreError) {
        let keys = HoldKeys(hold.id.offering)
        let name = hold.id.own.description
        _ = try await evaluate(
            .put, keys: [keys.epoch, keys.hold(name), keys.deadlines],
            arguments: [
                .integer(epoch), .string(hold.line), .string(name),
                .integer(hold.expiresAt.millisecondsSince1970),
                .integer((hold.expiresAt + grace).millisecondsSince1970),
                .integer(clock.timestamp.millisecondsSince1970),
            ])
    }

    public func remove(_ hold: HoldID, epoch: Int64) async throws(HoldStoreError) {
        let keys = HoldKeys(hold.offering)
        let name = hold.own.description
        _ = try await evaluate(
            .remove, keys: [keys.epoch, keys.hold(name), keys.deadlines], arguments: [.integer(epoch), .string(name)])
    }

    private func evaluate(
        _ script: RedisScript, keys: [String], arguments: [RedisArgument]
    ) async throws(HoldStoreError) -> RedisValue {
        do {
            return try await client.evaluate(script, keys: keys, arguments: arguments)
        } catch {
            throw HoldStoreError(error)
        }
    }

    private func send(_ command: RedisCommand) async throws(HoldStoreError) -> RedisValue {
        do {
            return try await client.send(command)
        } catch {
            throw HoldStoreError(error)
        }
    }
}

extension HoldStoreError {
    fileprivate init(_ error: RedisError) {
        if error.errorPrefix == "FENCED" {
            self.init(.fenced, "Another node has opened the offering", cause: error)
        } else {
            self.init(.unavailable, "The hold store did not answer", cause: error)
        }
    }
}

/// The keys of one offering. The braces keep them in one slot of a cluster.
private struct HoldKeys {
    private let prefix: String

    init(_ offering: UniqueID) {
        prefix = "usher:{\(offering)}"
    }

    var epoch: String { "\(prefix):epoch" }
    var deadlines: String { "\(prefix):holds" }

    func hold(_ name: String) -> String { "\(prefix):hold:\(name)" }
}

extension RedisScript {
    /// Refuses an epoch older than the highest that was seen, and remembers a newer one.
    private static let fence = """
        local seen = tonumber(redis.call('GET', KEYS[1]) or '0')
        local epoch = tonumber(ARGV[1])
        if epoch < seen then
            return redis.error_reply('FENCED epoch ' .. ARGV[1] .. ' is older than ' .. seen)
        end
        if epoch > seen then
            redis.call('SET', KEYS[1], ARGV[1])
        end

        """

    /// KEYS: epoch, deadlines. ARGV: epoch, now. Returns the names of the holds that last beyond now.
    fileprivate static let open = RedisScript(
        fence + """
            return redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[2], '+inf')
            """)

    /// KEYS: epoch, hold, deadlines. ARGV: epoch, line, name, deadline, deadline and grace, now.
    fileprivate static let put = RedisScript(
        fence + """
            redis.call('SET', KEYS[2], ARGV[2], 'PXAT', ARGV[5])
            redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
            redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[6])
            redis.call('PEXPIREAT', KEYS[3], ARGV[5], 'NX')
            redis.call('PEXPIREAT', KEYS[3], ARGV[5], 'GT')
            return 1
            """)

    /// KEYS: epoch, hold, deadlines. ARGV: epoch, name.
    fileprivate static let remove = RedisScript(
        fence + """
            redis.call('DEL', KEYS[2])
            redis.call('ZREM', KEYS[3], ARGV[2])
            return 1
            """)
}
