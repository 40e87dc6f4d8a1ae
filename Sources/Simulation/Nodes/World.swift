import Booking
import Inventory
import Randomness
import Synchronization

/// Everything that outlives a node: the stores, their clock, the chance, and the memory of what was promised.
final class World: Sendable {
    private struct State {
        var random: SeededRandom
        var faults = FaultPlan()
        var injected: [String: Int] = [:]
        var attemptedPayments: Set<String> = []
        var refusedPayments: Set<String> = []
        var running = 0
        var calls = 0
        var trace: Trace
    }

    let executor: ScheduleExecutor
    let clock = ManualClock()
    let ledger: InMemoryLedger
    let holdStore: InMemoryHoldStore
    let gateway: InMemoryGateway
    let publisher = InMemoryPublisher()
    let plant: Plant?
    private let state: Mutex<State>
    private let promises = Mutex(PromiseModel())
    private let seed: UInt64

    init(seed: UInt64, plant: Plant?, keepsTrace: Bool) {
        self.plant = plant
        self.seed = seed
        executor = ScheduleExecutor(seed: seed)
        state = Mutex(State(random: SeededRandom(seed: seed), trace: Trace(keepsLines: keepsTrace)))
        let omission: LedgerRecord.Omission? =
            switch plant {
            case .fenceOff: .fence
            case .uniqueIndexOff: .claims
            case .lostOutboxRow: .events
            default: nil
            }
        ledger = InMemoryLedger(clock: clock, omission: omission)
        holdStore = InMemoryHoldStore(
            clock: clock, isFenced: plant != .fenceOff, keepsRemoved: plant != .removedHoldReturns)
        gateway = InMemoryGateway(clock: clock)
    }

    /// Begins the chance anew, by the seed and the number of a schedule's line.
    func beginLine(_ number: Int) {
        var seeds = SeededRandom(seed: seed ^ UInt64(number) << 32)
        executor.reseed(seeds.next())
        let random = SeededRandom(seed: seeds.next())
        state.withLock { $0.random = random }
    }

    /// Draws from the world's chance.
    func draw<Choice>(_ body: (inout SeededRandom) -> Choice) -> Choice {
        state.withLock { body(&$0.random) }
    }

    /// Tells the judge, or asks it.
    func judge<Answer>(_ body: (inout PromiseModel) -> Answer) -> Answer {
        promises.withLock { body(&$0) }
    }

    func note(_ line: @autoclosure () -> String) {
        let line = "\(clock.now.nanoseconds) \(line())"
        state.withLock { $0.trace.note(line) }
    }

    /// Notes how many jobs there were to pick from, so that two interleavings differ even when their outcomes do not.
    func noteJob(of count: Int) {
        state.withLock { $0.trace.add(UInt8(truncatingIfNeeded: count)) }
    }

    var trace: Trace { state.withLock { $0.trace } }

    /// Starts a task that no crash takes with it: what is on its way already.
    func spawn(_ body: @escaping @Sendable () async -> Void) {
        _ = task(body)
    }

    /// Starts a task on the world's executor and counts it.
    func task(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        state.withLock { $0.running += 1 }
        return Task(executorPreference: executor, priority: .medium) {
            await body()
            self.state.withLock { $0.running -= 1 }
        }
    }

    /// The tasks that have not ended.
    var running: Int { state.withLock { $0.running } }

    /// A number that no call got before.
    func nextCall() -> Int {
        state.withLock { state in
            state.calls += 1
            return state.calls
        }
    }
}

// MARK: - Faults

extension World {
    func arm(_ fault: Fault, calls: Int) {
        state.withLock { $0.faults.arm(fault, calls: calls) }
    }

    func clearFaults() {
        state.withLock { $0.faults.clear() }
    }

    /// The fault that hits this call of a port, if any.
    func fault(at port: Fault.Port) -> Fault? {
        let fault = state.withLock { $0.faults.take(port) }
        if let fault { inject(fault.rawValue) }
        return fault
    }

    func inject(_ name: String) {
        state.withLock { $0.injected[name, default: 0] += 1 }
        note("fault \(name)")
    }

    /// The faults that took place, by name.
    var injected: [String: Int] { state.withLock { $0.injected } }

    /// Whether a payment reaches the gateway for the first time: only then can it still be refused.
    func isFirstAttempt(_ key: String) -> Bool {
        state.withLock { $0.attemptedPayments.insert(key).inserted }
    }

    /// A gateway that has refused a payment once refuses it with every further try.
    func refusePayment(_ key: String) {
        state.withLock { _ = $0.refusedPayments.insert(key) }
    }

    func isRefused(_ key: String) -> Bool {
        state.withLock { $0.refusedPayments.contains(key) }
    }
}
