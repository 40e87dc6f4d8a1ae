import Booking
import BookingStores
import Inventory
import LocalStack
import RedisDriver
import Simulation
import Testing

/// The hold stores that keep the same contract.
enum HoldStoreKind: CaseIterable {
    case memory, redis

    /// Runs `body` with a store and an offering that nobody else knows.
    func withStore(_ body: (any HoldStore, UniqueID) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(InMemoryHoldStore(clock: clock), newID())
        case .redis: try await withRedis { store, _, offering in try await body(store, offering) }
        }
    }
}

/// Runs `body` with a store on Redis, its client, and an offering that nobody else knows.
func withRedis(
    grace: Duration = .seconds(60), clock: any BookingClock = clock,
    _ body: (RedisHoldStore, RedisClient, UniqueID) async throws -> Void
) async throws {
    let client = RedisClient(configuration: try RedisConfiguration(url: LocalStack.redisURL), logger: silentLogger)
    let offering = newID()
    try await running(client) {
        try await body(
            RedisHoldStore(client: client, grace: grace, clock: clock, logger: silentLogger), client, offering)
        // The rest goes by itself.
        _ = try await client.send(RedisCommand("DEL", ["usher:{\(offering)}:epoch"]))
    }
}

extension HoldStore {
    func put(_ hold: StoredHold, epoch: Int64) async throws {
        try await put([hold], on: hold.id.offering, epoch: epoch)
    }

    func remove(_ hold: StoredHold, epoch: Int64) async throws {
        try await remove(hold.id, deadline: hold.expiresAt, epoch: epoch)
    }
}

extension StoredHold {
    static func on(
        _ offering: UniqueID, id: HoldID? = nil, _ claims: [Claim] = [Claim(unit: "STALLS-3-17", quantity: 1)],
        heldFor heldTime: Duration = .seconds(3), expiresIn time: Duration = .seconds(600)
    ) -> StoredHold {
        StoredHold(
            id: id ?? HoldID(offering: offering, own: newID()), customer: newID(), claims: claims,
            heldSince: clock.timestamp + (.zero - heldTime), expiresAt: clock.timestamp + time)
    }
}

/// The code of the refusal that `body` throws; nil when it throws none.
func holdRefusal(_ body: () async throws -> Void) async -> HoldStoreError.Code? {
    do {
        try await body()
    } catch let error as HoldStoreError {
        return error.code
    } catch {
        Issue.record(error)
    }
    return nil
}

/// What every hold store promises.
@Suite(.timeLimit(.minutes(1)))
struct HoldStoreContractTests {
    @Test(arguments: HoldStoreKind.allCases)
    func `holds are read back as they were put, the latest state of each`(_ kind: HoldStoreKind) async throws {
        try await kind.withStore { store, offering in
            let seats = StoredHold.on(
                offering, [.init(unit: "LEFT BALCONY_2-3-17", quantity: 1), .init(unit: "UPPER FLOOR", quantity: 12)])
            let first = StoredHold.on(offering)
            let extended = StoredHold.on(offering, id: first.id, heldFor: .seconds(300), expiresIn: .seconds(1_200))
            for hold in [seats, first, extended] { try await store.put(hold, epoch: 1) }
            #expect(Set(try await store.open(offering, epoch: 1)) == [seats, extended])
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `a hold is forgotten when it is removed, and only that one`(_ kind: HoldStoreKind) async throws {
        try await kind.withStore { store, offering in
            let holds = [StoredHold.on(offering), .on(offering)]
            for hold in holds { try await store.put(hold, epoch: 1) }
            try await store.remove(holds[0], epoch: 1)
            try await store.remove(holds[0], epoch: 1)
            #expect(try await store.open(offering, epoch: 1) == [holds[1]])
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `an older epoch is refused and has no effect`(_ kind: HoldStoreKind) async throws {
        try await kind.withStore { store, offering in
            let hold = StoredHold.on(offering)
            try await store.put(hold, epoch: 4)
            #expect(try await store.open(offering, epoch: 5) == [hold])

            let longer = StoredHold.on(offering, id: hold.id, expiresIn: .seconds(1_200))
            #expect(await holdRefusal { try await store.put(longer, epoch: 4) } == .fenced)
            #expect(await holdRefusal { try await store.put(.on(offering), epoch: 4) } == .fenced)
            #expect(await holdRefusal { try await store.remove(hold, epoch: 4) } == .fenced)
            #expect(await holdRefusal { _ = try await store.open(offering, epoch: 4) } == .fenced)
            #expect(try await store.open(offering, epoch: 5) == [hold])
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `a write with a newer epoch raises the fence`(_ kind: HoldStoreKind) async throws {
        try await kind.withStore { store, offering in
            let hold = StoredHold.on(offering)
            try await store.put(hold, epoch: 2)
            #expect(await holdRefusal { _ = try await store.open(offering, epoch: 1) } == .fenced)
            try await store.remove(hold, epoch: 3)
            #expect(await holdRefusal { try await store.put(hold, epoch: 2) } == .fenced)
            #expect(try await store.open(offering, epoch: 3) == [])
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `a hold that has expired is not returned, and neither are those on other offerings`(
        _ kind: HoldStoreKind
    ) async throws {
        try await kind.withStore { store, offering in
            let live = StoredHold.on(offering)
            let elsewhere = StoredHold.on(newID())
            for hold in [.on(offering, expiresIn: .zero), live, .on(offering, expiresIn: .seconds(-5)), elsewhere] {
                try await store.put(hold, epoch: 0)
            }
            #expect(try await store.open(offering, epoch: 0) == [live])
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `many holds are all returned`(_ kind: HoldStoreKind) async throws {
        try await kind.withStore { store, offering in
            let holds = (1...1_200).map { StoredHold.on(offering, [.init(unit: "STALLS-1-\($0)", quantity: 1)]) }
            try await withThrowingTaskGroup { group in
                for hold in holds { group.addTask { try await store.put(hold, epoch: 1) } }
                try await group.waitForAll()
            }
            let opened = try await store.open(offering, epoch: 1)
            #expect(opened.count == holds.count)
            #expect(Set(opened) == Set(holds))
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `a write that comes late undoes neither a removal nor an extension`(_ kind: HoldStoreKind) async throws {
        try await kind.withStore { store, offering in
            let (removed, neverSeen, extended) = (
                StoredHold.on(offering), StoredHold.on(offering), StoredHold.on(offering)
            )
            let longer = StoredHold.on(offering, id: extended.id, expiresIn: .seconds(1_200))
            try await store.put([removed, longer], on: offering, epoch: 1)
            try await store.remove(removed, epoch: 1)
            try await store.remove(neverSeen, epoch: 1)
            try await store.put([removed, neverSeen, extended], on: offering, epoch: 1)
            #expect(try await store.open(offering, epoch: 1) == [longer])
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `many holds are written together, and without any the fence is raised all the same`(
        _ kind: HoldStoreKind
    ) async throws {
        try await kind.withStore { store, offering in
            let holds = (1...500).map { StoredHold.on(offering, [.init(unit: "STALLS-1-\($0)", quantity: 1)]) }
            try await store.put(holds, on: offering, epoch: 1)
            try await store.put([], on: offering, epoch: 2)
            #expect(await holdRefusal { try await store.put(holds[0], epoch: 1) } == .fenced)
            #expect(Set(try await store.open(offering, epoch: 2)) == Set(holds))
        }
    }

    @Test(arguments: HoldStoreKind.allCases)
    func `writes that come together have an outcome each`(_ kind: HoldStoreKind) async throws {
        try await kind.withStore { store, offering in
            let fenced = newID()
            _ = try await store.open(fenced, epoch: 2)
            let holds = (1...200).map { _ in StoredHold.on(offering) }
            let late = (1...20).map { _ in StoredHold.on(fenced) }
            let refusals = try await withThrowingTaskGroup(of: HoldStoreError.Code?.self) { group in
                for (index, hold) in holds.enumerated() {
                    group.addTask {
                        try await store.put(hold, epoch: 1)
                        if index.isMultiple(of: 2) { try await store.remove(hold, epoch: 1) }
                        return nil
                    }
                }
                for hold in late { group.addTask { await holdRefusal { try await store.put(hold, epoch: 1) } } }
                return try await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
            }
            #expect(refusals == late.map { _ in .fenced })
            let kept = holds.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
            #expect(Set(try await store.open(offering, epoch: 1)) == Set(kept))
            #expect(try await store.open(fenced, epoch: 2) == [])
        }
    }
}
