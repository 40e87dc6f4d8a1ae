import Inventory
import Logging
import Synchronization
import Testing

@testable import Booking
@testable import Simulation

/// Customers and the sweep for idle inventories, in every order that many seeds give.
@Suite(.timeLimit(.minutes(1))) struct PassivationTests {
    private static let offering = Cast.offerings[0]

    /// Remembers nothing: an inventory that was let go with a hold has lost it, and of two at a time both grant a seat.
    private struct ForgetfulHoldStore: HoldStore {
        func open(_ offering: UniqueID, epoch: Int64) -> [StoredHold] { [] }
        func put(_ holds: [StoredHold], on offering: UniqueID, epoch: Int64) async { await Task.yield() }
        func remove(_ hold: HoldID, deadline: Timestamp, epoch: Int64) {}
        func incarnation() -> String { "" }
    }

    private final class Count: Sendable {
        let value = Mutex(0)
    }

    @Test func `no hold is lost or granted twice while inventories come and go`() {
        for seed in UInt64(1)...300 {
            let done = Count()
            let executor = ScheduleExecutor(seed: seed)
            let directory = InventoryDirectory(
                offerings: InMemoryOfferings(Cast.offerings), ledger: InMemoryLedger(),
                holdStore: ForgetfulHoldStore(), epochs: ShardEpochs(Array(repeating: 1, count: Shard.count)),
                clock: ManualClock(), executor: executor,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let customers = (0..<3).map { number in
                Task(executorPreference: executor) {
                    for turn in 0..<5 { try await holdAndRelease(number, turn, directory, seed) }
                    done.value.withLock { $0 += 1 }
                }
            }
            let sweep = Task(executorPreference: executor) {
                for _ in 0..<300 where done.value.withLock({ $0 }) < customers.count {
                    await directory.passivate(unusedFor: .zero)
                    await Task.yield()
                }
            }
            while executor.runNext() > 0 {}
            #expect(done.value.withLock { $0 } == customers.count, "seed \(seed)")
            withExtendedLifetime(sweep) {}
        }
    }

    private func holdAndRelease(_ number: Int, _ turn: Int, _ directory: InventoryDirectory, _ seed: UInt64)
        async throws
    {
        let (offering, customer) = (Self.offering, Cast.customers[number].id)
        let id = HoldID(offering: offering.id, own: UniqueID(high: UInt64(number), low: UInt64(turn)))
        let request = HoldRequest(seats: [Cast.seat(0, of: offering)])
        await Task.yield()
        let hold = try? await directory.withInventory(of: offering.id) { (inventory) async throws(BookingError) in
            try await inventory.place(id, for: customer, request)
        }
        guard hold != nil else { return }
        let availability = try await directory.withInventory(of: offering.id) { await $0.availability() }
        #expect(availability.sections[0].held == 1, "seed \(seed)")
        try await directory.withInventory(of: offering.id) { (inventory) async throws(BookingError) in
            try await inventory.release(id, of: customer)
        }
    }
}
