import Inventory
import Simulation
import Synchronization
import Testing

@testable import Booking

@Suite(.timeLimit(.minutes(1))) struct PassivationTests {
    @Test func `an inventory that nobody uses leaves memory, and the next use brings it back`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        let booking = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        _ = try await engine.working { try await engine.end(of: booking) }

        await engine.directory.passivate(unusedFor: .seconds(600))
        engine.clock.advance(by: .seconds(599))
        await engine.directory.passivate(unusedFor: .seconds(600))
        #expect(engine.directory.activeCount == 1)
        engine.clock.advance(by: .seconds(1))
        await engine.directory.passivate(unusedFor: .seconds(600))
        #expect(engine.directory.activeCount == 0)
        #expect(try await engine.counts("STALLS") == [9, 0, 1])
        #expect(engine.directory.activeCount == 1)
    }

    @Test func `each use counts, whoever reads included`() async throws {
        let engine = try await Engine()
        for _ in 1...3 {
            _ = try await engine.counts("STALLS")
            await engine.directory.passivate(unusedFor: .seconds(600))
            engine.clock.advance(by: .seconds(599))
        }
        await engine.directory.passivate(unusedFor: .seconds(600))
        #expect(engine.directory.activeCount == 1)
    }

    @Test func `an inventory with a hold or a booking in payment stays`() async throws {
        let engine = try await Engine()
        let hold = try await engine.hold("STALLS-1-1")
        await engine.directory.passivate(unusedFor: .zero)
        #expect(engine.directory.activeCount == 1)
        _ = try await engine.service.book(hold.id, for: Engine.alice, paymentToken: "tok_visa")
        engine.clock.advance(by: .seconds(700))
        await engine.directory.passivate(unusedFor: .zero)
        #expect(engine.directory.activeCount == 1)
    }

    @Test func `an inventory at work stays`() async throws {
        let engine = try await Engine()
        try await engine.directory.withInventory(of: Engine.offering.id) { _ in
            await engine.directory.passivate(unusedFor: .zero)
            #expect(engine.directory.activeCount == 1)
        }
        await engine.directory.passivate(unusedFor: .zero)
        #expect(engine.directory.activeCount == 0)
    }

    /// The store remembers nothing, so an inventory that was let go with a hold would have lost it; and of two at a time
    /// both would grant the seat.
    @Test func `no hold is lost or granted twice while inventories come and go`() async throws {
        let store = ForgetfulHoldStore()
        let engine = try await Engine(behind: store)
        var granted = 0
        for _ in 0..<300 {
            granted += try await withThrowingTaskGroup(of: Int.self) { group in
                for number: UInt64 in 0..<4 {
                    let customer = Customer(id: UniqueID(high: 2, low: number), email: "c@example.com")
                    group.addTask { try await holdAndRelease(in: engine, by: customer) }
                    group.addTask {
                        for _ in 0..<5 { await engine.directory.passivate(unusedFor: .zero) }
                        return 0
                    }
                }
                return try await group.reduce(0, +)
            }
            await engine.directory.passivate(unusedFor: .zero)
        }
        #expect(granted >= 300)
        #expect(store.openings >= 300, "inventories came and went")
    }

    private func holdAndRelease(in engine: Engine, by customer: Customer) async throws -> Int {
        guard let hold = try? await engine.hold("STALLS-2-3", by: customer) else { return 0 }
        await Task.yield()
        #expect(try await engine.counts("STALLS") == [9, 1, 0])
        try await engine.service.release(hold.id, of: customer.id)
        return 1
    }
}

private final class ForgetfulHoldStore: HoldStore {
    private let count = Mutex(0)

    /// How many inventories were brought into memory.
    var openings: Int { count.withLock { $0 } }

    func open(_ offering: UniqueID, epoch: Int64) -> [StoredHold] {
        count.withLock { $0 += 1 }
        return []
    }

    func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) {}
    func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) {}
    func incarnation() -> String { "" }
}
