public import Booking
public import Inventory
public import Logging
public import RedisDriver

/// Holds in Redis, each write fenced by the epoch of the offering's shard.
///
/// Redis decides nothing: its expiry is the deadline plus a grace, so that a hold can be recovered with the time that
/// it has left and what nobody removes goes away by itself.
public struct RedisHoldStore: HoldStore {
    private static let holdsPerRead = 500
    /// How long a customer waits for Redis. A write that takes longer counts as failed, and does no harm.
    private static let patience = Duration.milliseconds(250)

    private let client: RedisClient
    private let grace: Duration
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes a store on a client that runs elsewhere.
    ///
    /// - Parameter grace: How long a hold is remembered after its deadline.
    public init(client: RedisClient, grace: Duration = .seconds(60), clock: any BookingClock, logger: Logger) {
        self.client = client
        self.grace = grace
        self.clock = clock
        self.logger = logger
    }

    public func open(_ offering: UniqueID, epoch: Int64) async throws(HoldStoreError) -> [StoredHold] {
        let keys = HoldKeys(offering)
        let ids = try await evaluate(
            .open, keys: [keys.epoch, keys.deadlines],
            arguments: [.integer(epoch), .integer(clock.timestamp.millisecondsSince1970)], patience: nil)
        return try await holds(named: ids, on: offering)
    }

    /// The holds that last beyond now, for somebody who only looks: without an epoch, and so without a fence.
    public func liveHolds(on offering: UniqueID) async throws(HoldStoreError) -> [StoredHold] {
        let now = clock.timestamp.millisecondsSince1970
        let ids = try await send(
            RedisCommand(
                "ZRANGEBYSCORE", [.string(HoldKeys(offering).deadlines), .string("(\(now)"), .string("+inf")]))
        return try await holds(named: ids, on: offering)
    }

    private func holds(named ids: RedisValue, on offering: UniqueID) async throws(HoldStoreError) -> [StoredHold] {
        let keys = HoldKeys(offering)
        let names = (ids.array ?? []).compactMap(\.text)
        var holds: [StoredHold] = []
        for start in stride(from: 0, to: names.count, by: Self.holdsPerRead) {
            let page = names[start..<min(start + Self.holdsPerRead, names.count)]
            let values = try await send(
                RedisCommand("MGET", page.map { .string(keys.hold($0)) }))
            for (name, value) in zip(page, values.array ?? []) {
                if let line = value.text, let hold = read(line, name, of: offering) { holds.append(hold) }
            }
        }
        return holds
    }

    /// - Returns: Nil of a hold that was removed since its name was read, and of one that cannot be read: it must not
    ///   keep the others from being recovered.
    private func read(_ line: String, _ name: String, of offering: UniqueID) -> StoredHold? {
        guard !line.isEmpty else { return nil }
        let hold = UniqueID(name).flatMap { StoredHold(id: HoldID(offering: offering, own: $0), line: line) }
        if hold == nil {
            logger.critical(
                "A hold in Redis cannot be read, and is lost", metadata: [.offering: "\(offering)", .hold: "\(name)"])
        }
        return hold
    }

    public func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) async throws(HoldStoreError) {
        let keys = HoldKeys(offering)
        let names = holds.map(\.id.own.description)
        let lastKept = (holds.map(\.expiresAt).max() ?? clock.timestamp) + grace
        _ = try await evaluate(
            .put, keys: [keys.epoch, keys.deadlines] + names.map(keys.hold),
            arguments: [
                .integer(epoch), .integer(clock.timestamp.millisecondsSince1970),
                .integer(lastKept.millisecondsSince1970),
            ]
                + zip(holds, names).flatMap { hold, name in
                    [
                        .string(hold.line), .string(name), .integer(hold.expiresAt.millisecondsSince1970),
                        .integer((hold.expiresAt + grace).millisecondsSince1970),
                    ]
                })
    }

    public func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) async throws(HoldStoreError) {
        let keys = HoldKeys(hold.offering)
        let name = hold.own.description
        _ = try await evaluate(
            .remove, keys: [keys.epoch, keys.hold(name), keys.deadlines],
            arguments: [.integer(epoch), .string(name), .integer((deadline + grace).millisecondsSince1970)])
    }

    /// The server's run, since one that starts anew may have lost what it had not written to its disk; and a mark,
    /// which goes with the data.
    public func incarnation() async throws(HoldStoreError) -> String {
        let newMark = String(UInt64.random(in: .min ... .max), radix: 36)
        let answer = try await evaluate(.incarnation, keys: ["usher:incarnation"], arguments: [.string(newMark)])
        guard let text = answer.text else {
            throw HoldStoreError(.unavailable, "Redis does not say which incarnation it is")
        }
        return text
    }

    private func evaluate(
        _ script: RedisScript, keys: [String], arguments: [RedisArgument], patience: Duration? = Self.patience
    ) async throws(HoldStoreError) -> RedisValue {
        do {
            return try await client.evaluate(script, keys: keys, arguments: arguments, patience: patience)
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

    /// KEYS: epoch, deadlines, holds. ARGV: epoch, now, the last deadline and grace; then of each hold its line, its
    /// name, its deadline, deadline and grace. An empty line is a hold that was removed; it stays so.
    fileprivate static let put = RedisScript(
        fence + """
            for index = 3, #KEYS do
                local first = 4 * (index - 2)
                local line, name, deadline = ARGV[first], ARGV[first + 1], ARGV[first + 2]
                local known = redis.call('GET', KEYS[index])
                local until_known = known and redis.call('ZSCORE', KEYS[2], name)
                local is_outdated = until_known and tonumber(until_known) > tonumber(deadline)
                if known ~= '' and not is_outdated then
                    redis.call('SET', KEYS[index], line, 'PXAT', ARGV[first + 3])
                    redis.call('ZADD', KEYS[2], deadline, name)
                end
            end
            redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2])
            redis.call('PEXPIREAT', KEYS[2], ARGV[3], 'NX')
            redis.call('PEXPIREAT', KEYS[2], ARGV[3], 'GT')
            return 1
            """)

    /// KEYS: epoch, hold, deadlines. ARGV: epoch, name, deadline and grace.
    fileprivate static let remove = RedisScript(
        fence + """
            redis.call('SET', KEYS[2], '', 'PXAT', ARGV[3])
            redis.call('ZREM', KEYS[3], ARGV[2])
            return 1
            """)

    /// KEYS: mark. ARGV: the mark to set if there is none.
    fileprivate static let incarnation = RedisScript(
        """
        redis.call('SET', KEYS[1], ARGV[1], 'NX')
        local info = redis.pcall('INFO', 'server')
        local run = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
        return run .. ':' .. redis.call('GET', KEYS[1])
        """)
}
