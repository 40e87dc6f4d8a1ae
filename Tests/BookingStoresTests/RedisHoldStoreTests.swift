import Booking
import Inventory
import RedisDriver
import Simulation
import Testing

@testable import BookingStores

/// How holds lie in Redis: how long, and in which form.
@Suite(.timeLimit(.minutes(1)))
struct RedisHoldStoreTests {
    @Test func `a hold is kept until its deadline and the grace`() async throws {
        try await withRedis(grace: .seconds(90)) { store, client, offering in
            let hold = StoredHold.on(offering)
            try await store.put(hold, epoch: 1)
            let expiry = try await client.expiry(of: "usher:{\(offering)}:hold:\(hold.id.own)")
            #expect(expiry == hold.expiresAt.millisecondsSince1970 + 90_000)

            let later = StoredHold.on(offering, id: hold.id, expiresIn: .seconds(900))
            try await store.put(later, epoch: 1)
            let laterExpiry = try await client.expiry(of: "usher:{\(offering)}:hold:\(hold.id.own)")
            #expect(laterExpiry == later.expiresAt.millisecondsSince1970 + 90_000)
        }
    }

    @Test func `a hold that has expired is still there during the grace, but not returned`() async throws {
        let clock = ManualClock(start: clock.timestamp)
        try await withRedis(clock: clock) { store, client, offering in
            let hold = StoredHold.on(offering)
            try await store.put(hold, epoch: 1)
            clock.advance(by: .seconds(599))
            #expect(try await store.open(offering, epoch: 1) == [hold])
            clock.advance(by: .seconds(2))
            #expect(try await store.open(offering, epoch: 1) == [])
            let key = RedisArgument.string("usher:{\(offering)}:hold:\(hold.id.own)")
            #expect(try await client.send(RedisCommand("GET", [key])).text == hold.line)
        }
    }

    @Test func `the list of deadlines loses what has expired, and lasts as long as its last hold`() async throws {
        try await withRedis { store, client, offering in
            let list = "usher:{\(offering)}:holds"
            let expired = StoredHold.on(offering, expiresIn: .seconds(-1))
            let long = StoredHold.on(offering, expiresIn: .seconds(900))
            let short = StoredHold.on(offering, expiresIn: .seconds(300))
            for hold in [expired, long, short] { try await store.put(hold, epoch: 1) }
            let names = try await client.send(RedisCommand("ZRANGE", [.string(list), 0, -1])).array
            #expect(names?.map(\.text) == [short, long].map(\.id.own.description))
            #expect(try await client.expiry(of: list) == long.expiresAt.millisecondsSince1970 + 60_000)

            for hold in [long, short] { try await store.remove(hold, epoch: 1) }
            #expect(try await client.send(RedisCommand("EXISTS", [.string(list)])).integer == 0)
            for hold in [long, short] {
                let key = RedisArgument.string("usher:{\(offering)}:hold:\(hold.id.own)")
                #expect(try await client.send(RedisCommand("GET", [key])).text == "", "the mark of a removal")
                #expect(
                    try await client.expiry(of: "usher:{\(offering)}:hold:\(hold.id.own)")
                        == hold.expiresAt.millisecondsSince1970 + 60_000)
            }
        }
    }

    @Test func `the fence does not expire`() async throws {
        try await withRedis { store, client, offering in
            _ = try await store.open(offering, epoch: 12)
            let key = "usher:{\(offering)}:epoch"
            #expect(try await client.send(RedisCommand("GET", [.string(key)])).text == "12")
            #expect(try await client.expiry(of: key) == -1)
        }
    }

    @Test func `a hold that cannot be read does not keep the others from being recovered`() async throws {
        try await withRedis { store, client, offering in
            let holds = [StoredHold.on(offering), .on(offering)]
            for hold in holds { try await store.put(hold, epoch: 1) }
            let key = RedisArgument.string("usher:{\(offering)}:hold:\(holds[0].id.own)")
            _ = try await client.send(RedisCommand("SET", [key, "nonsense", "KEEPTTL"]))
            #expect(try await store.open(offering, epoch: 1) == [holds[1]])
        }
    }

    @Test func `a hold from before its beginning was remembered is read without it`() async throws {
        try await withRedis { store, client, offering in
            let hold = StoredHold.on(offering)
            try await store.put(hold, epoch: 1)
            let key = RedisArgument.string("usher:{\(offering)}:hold:\(hold.id.own)")
            let line = "\(hold.customer) \(hold.expiresAt.millisecondsSince1970) 2*LEFT BALCONY_2-3-17,1*UPPER 5"
            _ = try await client.send(RedisCommand("SET", [key, .string(line), "KEEPTTL"]))
            let old = StoredHold(
                id: hold.id, customer: hold.customer,
                claims: [.init(unit: "LEFT BALCONY_2-3-17", quantity: 2), .init(unit: "UPPER 5", quantity: 1)],
                heldSince: nil, expiresAt: hold.expiresAt)
            #expect(try await store.open(offering, epoch: 1) == [old])
            try await store.put(old, epoch: 1)
            #expect(try await client.send(RedisCommand("GET", [key])).text == line)
        }
    }

    @Test func `a line that is no hold is refused`() throws {
        let hold = StoredHold.on(newID())
        #expect(StoredHold(id: hold.id, line: hold.line) == hold)
        let customer = hold.customer
        for line in [
            "", "\(customer)", "\(customer) 12", "x 12 1*A", "\(customer) soon 1*A", "\(customer) 12 A",
            "\(customer) 12 5 A",
        ] {
            #expect(StoredHold(id: hold.id, line: line) == nil)
        }
    }

    @Test func `of changes that are written together each holds in its turn`() async throws {
        try await withRedis { store, client, offering in
            func perform(_ changes: HoldWrite.Change...) async throws {
                let writes = changes.map { HoldWrite(offering: offering, epoch: 1, changes: [$0]) }
                for outcome in await HoldWrite.perform(writes, by: client, clock: clock) { try outcome.get() }
            }
            func put(_ hold: StoredHold) -> HoldWrite.Change { .put(hold, keptUntil: hold.expiresAt) }
            func removal(_ hold: StoredHold) -> HoldWrite.Change {
                .removal(of: hold.id.own, deadline: hold.expiresAt, keptUntil: hold.expiresAt)
            }
            let hold = StoredHold.on(offering)
            let longer = StoredHold.on(offering, id: hold.id, expiresIn: .seconds(900))
            let other = StoredHold.on(offering)
            try await perform(put(hold), put(other), put(longer))
            #expect(Set(try await store.open(offering, epoch: 1)) == [longer, other])
            try await perform(put(hold), removal(other), put(other))
            #expect(try await store.open(offering, epoch: 1) == [longer])
            try await perform(put(longer), removal(longer))
            #expect(try await store.open(offering, epoch: 1) == [])
            #expect(try await client.send(RedisCommand("ZCARD", ["usher:{\(offering)}:holds"])).integer == 0)
        }
    }

    @Test func `without Redis every call says so`() async throws {
        var configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
        configuration.connectTimeout = .milliseconds(100)
        let client = RedisClient(configuration: configuration, logger: silentLogger)
        let store = RedisHoldStore(client: client, clock: clock, logger: silentLogger)
        try await running(client) {
            let hold = StoredHold.on(newID())
            #expect(await holdRefusal { try await store.put(hold, epoch: 1) } == .unavailable)
            #expect(await holdRefusal { try await store.remove(hold, epoch: 1) } == .unavailable)
            #expect(await holdRefusal { _ = try await store.open(hold.id.offering, epoch: 1) } == .unavailable)
        }
    }
}

extension RedisClient {
    /// When a key goes, in milliseconds since 1970; -1 when it stays.
    fileprivate func expiry(of key: String) async throws -> Int64? {
        try await send(RedisCommand("PEXPIRETIME", [.string(key)])).integer
    }
}
