import Booking
import BookingStores
import Inventory
import LocalStack
import RedisDriver
import Simulation
import Testing

/// Holds while Redis is away, on a server that the test may kill and freeze.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct RedisOutageTests {
    private func withBoxOffice(_ body: (BoxOffice, RedisHoldStore, OwnProcess) async throws -> Void) async throws {
        let server = try OwnProcess.redis()
        let client = RedisClient(
            configuration: try RedisConfiguration(url: "redis://127.0.0.1:\(server.port)"), logger: silentLogger)
        let store = RedisHoldStore(client: client, clock: clock, logger: silentLogger)
        try await running(client) {
            let office = try await BoxOffice(ledger: InMemoryLedger(), holdStore: store, offering: .gala())
            try await running(office.services) { try await body(office, store, server) }
        }
    }

    private func stored(_ store: RedisHoldStore, _ office: BoxOffice) async throws -> Set<HoldID> {
        Set(try await store.open(office.offering.id, epoch: 1).map(\.id))
    }

    @Test func `all holds are in a Redis that comes back empty`() async throws {
        try await withBoxOffice { office, store, server in
            var holds: Set<HoldID> = []
            for seat in 1...5 { holds.insert(try await office.hold(seat).id) }
            #expect(try await stored(store, office) == holds)
            server.kill()
            for seat in 6...10 { holds.insert(try await office.hold(seat).id) }
            let released = try await office.hold(11)
            try await office.service.release(released.id, of: office.customer(11).id)
            #expect(office.directory.unbackedHolds == 5)
            let start = ContinuousClock.now
            try server.start()
            while (try? await stored(store, office)) != holds {
                try Task.checkCancellation()
                await Task.yield()
            }
            #expect(.now - start < .seconds(5))
            while office.directory.unbackedHolds > 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    @Test func `a flush is noticed though nothing fails`() async throws {
        try await withBoxOffice { office, store, server in
            let hold = try await office.hold(1)
            let incarnation = try await store.incarnation()
            #expect(try await store.incarnation() == incarnation)
            let other = RedisClient(
                configuration: try RedisConfiguration(url: "redis://127.0.0.1:\(server.port)"), logger: silentLogger)
            try await running(other) { _ = try await other.send(RedisCommand("FLUSHALL")) }
            #expect(try await store.incarnation() != incarnation)
            while try await stored(store, office) != [hold.id] {}
        }
    }

    @Test func `a Redis that freezes keeps no customer waiting`() async throws {
        try await withBoxOffice { office, store, server in
            let first = try await office.hold(1)
            server.freeze()
            let start = ContinuousClock.now
            let second = try await office.hold(2)
            try await office.service.release(first.id, of: office.customer(1).id)
            #expect(.now - start < .seconds(2))
            #expect(office.directory.unbackedHolds == 1)
            server.thaw()
            while office.directory.unbackedHolds > 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            while try await stored(store, office) != [second.id] {}
        }
    }
}
