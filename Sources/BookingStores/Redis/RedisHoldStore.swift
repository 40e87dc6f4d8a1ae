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
    private static let writesPerBatch = 500
    /// How long a customer waits for Redis. A write that takes longer counts as failed, and does no harm.
    private static let patience = Duration.milliseconds(250)

    private let client: RedisClient
    private let grace: Duration
    private let clock: any BookingClock
    private let logger: Logger
    private let writes: GroupCommitter<HoldWrite, Void>

    /// Makes a store on a client that runs elsewhere.
    ///
    /// - Parameter grace: How long a hold is remembered after its deadline.
    public init(client: RedisClient, grace: Duration = .seconds(60), clock: any BookingClock, logger: Logger) {
        self.client = client
        self.grace = grace
        self.clock = clock
        self.logger = logger
        writes = GroupCommitter(
            limit: Self.writesPerBatch, patience: .init(duration: Self.patience, clock: clock),
            executor: client.executor
        ) { await HoldWrite.perform($0, by: client, clock: clock) }
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
        try await write(holds.map { .put($0, keptUntil: $0.expiresAt + grace) }, on: offering, epoch: epoch)
    }

    public func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) async throws(HoldStoreError) {
        try await write(
            [.removal(of: hold.own, deadline: deadline, keptUntil: deadline + grace)], on: hold.offering, epoch: epoch)
    }

    private func write(
        _ changes: [HoldWrite.Change], on offering: UniqueID, epoch: Int64
    ) async throws(HoldStoreError) {
        do {
            try await writes.commit(HoldWrite(offering: offering, epoch: epoch, changes: changes))
        } catch {
            throw (error as? HoldStoreError) ?? HoldStoreError(.unavailable, "The hold store is slow", cause: error)
        }
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
    init(_ error: RedisError) {
        if error.errorPrefix == "FENCED" {
            self.init(.fenced, "Another node has opened the offering", cause: error)
        } else {
            self.init(.unavailable, "The hold store did not answer", cause: error)
        }
    }
}
