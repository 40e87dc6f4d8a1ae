import Booking
import BookingStores
import Inventory
import PostgresDriver
import Simulation
import Testing

/// The idempotency stores that keep the same contract.
enum IdempotencyStoreKind: CaseIterable {
    case memory, postgres

    /// Runs `body` with an empty store.
    func withStore(_ body: (any IdempotencyStore) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(InMemoryIdempotencyStore())
        case .postgres: try await withPostgres { try await body(PostgresIdempotencyStore(client: $0.client)) }
        }
    }
}

extension IdempotencyClaim {
    static func new(
        _ word: String = "7f2c\"'\\$1~", owner: UniqueID = newID(), run: UniqueID = newID(),
        at time: Timestamp = clock.timestamp
    ) -> IdempotencyClaim {
        IdempotencyClaim(
            key: IdempotencyKey(owner: owner, word: word), fingerprint: "f\(newID())", resource: newID(), run: run,
            createdAt: time)
    }

    /// The same claim once it has an answer, or is another run's.
    func with(run: UniqueID? = nil, answer: KeptAnswer? = nil) -> IdempotencyClaim {
        IdempotencyClaim(
            key: key, fingerprint: fingerprint, resource: resource, run: run ?? self.run, createdAt: createdAt,
            answer: answer)
    }
}

/// What every idempotency store promises.
@Suite(.timeLimit(.minutes(1)))
struct IdempotencyStoreContractTests {
    private let created = KeptAnswer(
        status: 201, contentType: "application/json", location: "/api/events/7", body: #"{"name":"Élan ☂"}"#)
    private let refused = KeptAnswer(
        status: 409, contentType: "application/problem+json", location: nil, body: #"{"code":"seats_unavailable"}"#)

    @Test(arguments: IdempotencyStoreKind.allCases)
    func `a key belongs to the first claim on it`(_ kind: IdempotencyStoreKind) async throws {
        try await kind.withStore { store in
            let first = IdempotencyClaim.new()
            let entered = try await store.claim(first)
            #expect(entered == first)
            #expect(try await store.claim(first) == first)
            #expect(try await store.claim(.new(owner: first.key.owner)) == first)
            for other in [IdempotencyClaim.new(), .new("another", owner: first.key.owner)] {
                #expect(try await store.claim(other) == other)
            }
        }
    }

    @Test(arguments: IdempotencyStoreKind.allCases)
    func `an answer is found by everybody who comes later, and stays`(_ kind: IdempotencyStoreKind) async throws {
        try await kind.withStore { store in
            for (answer, other) in [(created, refused), (refused, created)] {
                let claim = IdempotencyClaim.new()
                _ = try await store.claim(claim)
                try await store.keep(answer, for: claim.key, by: claim.run)
                try await store.keep(other, for: claim.key, by: claim.run)
                #expect(try await store.claim(.new(owner: claim.key.owner)) == claim.with(answer: answer))
            }
        }
    }

    @Test(arguments: IdempotencyStoreKind.allCases)
    func `one of those who take a claim over gets it, and its former run can answer it no more`(
        _ kind: IdempotencyStoreKind
    ) async throws {
        try await kind.withStore { store in
            let claim = IdempotencyClaim.new()
            _ = try await store.claim(claim)
            let (heir, late) = (newID(), newID())
            #expect(try await store.takeOver(claim, by: heir))
            #expect(try await !store.takeOver(claim, by: late))
            try await store.keep(refused, for: claim.key, by: claim.run)
            #expect(try await store.claim(claim) == claim.with(run: heir))
            try await store.keep(created, for: claim.key, by: heir)
            #expect(try await store.claim(claim) == claim.with(run: heir, answer: created))
        }
    }

    @Test(arguments: IdempotencyStoreKind.allCases)
    func `a claim that has an answer, or is not there, is not taken over`(_ kind: IdempotencyStoreKind) async throws {
        try await kind.withStore { store in
            let claim = IdempotencyClaim.new()
            #expect(try await !store.takeOver(claim, by: newID()))
            _ = try await store.claim(claim)
            try await store.keep(created, for: claim.key, by: claim.run)
            #expect(try await !store.takeOver(claim, by: newID()))
            #expect(try await store.claim(claim) == claim.with(answer: created))
        }
    }

    @Test(arguments: IdempotencyStoreKind.allCases)
    func `the oldest claims are forgotten first, and no more than asked for`(
        _ kind: IdempotencyStoreKind
    ) async throws {
        try await kind.withStore { store in
            let now = Timestamp(millisecondsSince1970: 1_803_902_400_007)
            let claims = [5, 3, 1, 4, 2].map { IdempotencyClaim.new(at: now + .seconds($0)) }
            for claim in claims { _ = try await store.claim(claim) }
            try await store.keep(created, for: claims[2].key, by: claims[2].run)
            #expect(try await store.prune(before: now + .seconds(4), limit: 2) == 2)
            #expect(try await store.prune(before: now + .seconds(4), limit: 2) == 1)
            #expect(try await store.prune(before: now + .seconds(4), limit: 2) == 0)
            for (claim, isKept) in zip(claims, [true, false, false, true, false]) {
                let next = IdempotencyClaim.new(owner: claim.key.owner)
                #expect(try await store.claim(next) == (isKept ? claim : next))
            }
        }
    }

    @Test(arguments: IdempotencyStoreKind.allCases)
    func `of many that claim the same keys at once, one gets each`(_ kind: IdempotencyStoreKind) async throws {
        try await kind.withStore { store in
            let owner = newID()
            let holders = try await withThrowingTaskGroup(of: (IdempotencyClaim, IdempotencyClaim).self) { group in
                for number in 0..<1_000 {
                    let claim = IdempotencyClaim.new("key-\(number / 5)", owner: owner)
                    group.addTask { (claim, try await store.claim(claim)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(holders.count { $0 == $1 } == 200)
            #expect(Set(holders.map(\.1)).count == 200)
        }
    }

    @Test func `claims and answers that come together share few transactions`() async throws {
        try await withPostgres { postgres in
            let store = PostgresIdempotencyStore(client: postgres.client)
            let claims = (0..<1_000).map { IdempotencyClaim.new("key-\($0)") }
            try await withThrowingTaskGroup { group in
                for claim in claims { group.addTask { _ = try await store.claim(claim) } }
                try await group.waitForAll()
                let transactions = "SELECT count(DISTINCT xmin::text) FROM idempotency_keys"
                #expect(try await postgres.number(transactions) <= 100)
                for claim in claims {
                    group.addTask { try await store.keep(created, for: claim.key, by: claim.run) }
                }
                try await group.waitForAll()
                #expect(try await postgres.number(transactions) <= 100)
                #expect(try await postgres.number("SELECT count(*) FROM idempotency_keys WHERE status = 201") == 1_000)
            }
        }
    }

    @Test func `processes that claim the same keys at once do not lock each other out`() async throws {
        try await withPostgres { postgres in
            let other = try PostgresStore(url: postgres.url)
            try await running(other.client) {
                let stores = [postgres.client, other.client].map { PostgresIdempotencyStore(client: $0) }
                let owner = newID()
                try await withThrowingTaskGroup { group in
                    for round in 0..<10 {
                        for (number, store) in (0..<100).shuffled().flatMap({ n in stores.map { (n, $0) } }) {
                            let claim = IdempotencyClaim.new("\(round)-\(number)", owner: owner)
                            group.addTask { _ = try await store.claim(claim) }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await postgres.number("SELECT count(*) FROM idempotency_keys") == 1_000)
            }
        }
    }

    @Test func `without a database every call says so`() async throws {
        let postgres = try PostgresStore(
            url: "postgresql://usher@127.0.0.1:1/usher", connectTimeout: .milliseconds(100))
        try await running(postgres.client) {
            let store = PostgresIdempotencyStore(client: postgres.client)
            let claim = IdempotencyClaim.new()
            #expect(await refusal { _ = try await store.claim(claim) } == .unavailable)
            #expect(await refusal { _ = try await store.takeOver(claim, by: newID()) } == .unavailable)
            #expect(await refusal { try await store.keep(created, for: claim.key, by: claim.run) } == .unavailable)
            #expect(await refusal { _ = try await store.prune(before: clock.timestamp, limit: 1) } == .unavailable)
        }
    }
}
