import Booking
import Inventory
import Randomness

/// Carries out one schedule: commands, and between them jobs in an order by the seed.
struct ScheduleRun {
    /// How a schedule ended.
    struct Outcome: Sendable {
        let violation: Violation?
        let injected: [String: Int]
        /// Payments that came after their bookings had failed.
        let latePayments: Int
        let steps: Int
        let trace: Trace
    }

    /// So many jobs at one moment are a loop that never rests.
    private static let jobLimit = 100_000

    let world: World
    var slots: [SimulatedNode?] = [nil, nil]
    private var nodesStarted = 0

    /// Runs a schedule on the calling thread.
    static func run(_ lines: [ScheduleLine], seed: UInt64, plant: Plant?, keepsTrace: Bool = false) -> Outcome {
        var run = ScheduleRun(seed: seed, plant: plant, keepsTrace: keepsTrace)
        run.start(slot: 0)
        run.runUntilIdle()
        var steps = 0
        for line in lines where !run.isBroken {
            steps += 1
            run.world.beginLine(line.number)
            run.carryOut(line.command, step: steps)
        }
        if !run.isBroken { run.comeToRest() }
        run.tearDown()
        return Outcome(
            violation: run.violation, injected: run.world.injected,
            latePayments: run.world.judge { $0.stores.latePayments }, steps: steps, trace: run.world.trace)
    }

    private init(seed: UInt64, plant: Plant?, keepsTrace: Bool) {
        world = World(seed: seed, plant: plant, keepsTrace: keepsTrace)
    }

    var violation: Violation? { world.judge { $0.violation } }
    var isBroken: Bool { violation != nil }
    var now: Moment { world.clock.now }

    private mutating func carryOut(_ command: ScheduleCommand, step: Int) {
        world.judge { $0.step = step }
        world.note("\(step). \(command)")
        switch command {
        case .client(let step, let slot): ask(step, slot: slot)
        case .fault(let fault, let calls): world.arm(fault, calls: calls)
        case .flushHoldStore:
            world.inject("holdStoreFlushed")
            world.holdStore.flush()
            world.judge { $0.holdStoreFlushed() }
        case .crash(let slot):
            guard let node = slots[slot], !node.isDown else { break }
            world.inject("nodeCrash")
            crash(node)
        case .start(let slot): start(slot: slot)
        case .wait(let wait): advance(by: duration(of: wait))
        case .strayBooking(let choice): sellAgain(choice)
        }
        settle()
        check()
    }

    private func ask(_ step: ClientStep, slot: Int) {
        let up = [slots[slot], slots[1 - slot]].compactMap { $0 }.first { $0.session != nil }
        guard let node = up, let session = node.session else { return }
        node.spawn { await session.perform(step) }
    }

    private func duration(of wait: ScheduleCommand.Wait) -> Duration {
        let next = world.judge { $0.holdEndingNext(after: now) }
        let left = next.map { $0.deadline - now } ?? .seconds(1)
        return switch wait {
        case .milliseconds(let milliseconds): .milliseconds(milliseconds)
        case .justBeforeDeadline: max(left - .nanoseconds(1), .zero)
        case .deadline: left
        }
    }

    private func sellAgain(_ choice: Int) {
        let (world, own) = (world, world.draw { UniqueID(high: $0.next(), low: $0.next()) })
        world.spawn {
            guard let stray = Self.strayChange(in: world, choice, own) else { return }
            world.inject("strayBooking")
            try? await world.ledger.commit(stray)
        }
    }

    /// All places of the units of a booking that the ledger has now, by somebody with the owner's epoch and a wrong
    /// memory. The ledger must not let him.
    private static func strayChange(in world: World, _ choice: Int, _ own: UniqueID) -> LedgerChange? {
        let record = world.ledger.record
        let sold = Cast.offerings.flatMap { offering in record.standing(on: offering.id).map { (offering, $0) } }
        guard !sold.isEmpty else { return nil }
        let (offering, booking) = sold[choice % sold.count]
        let claims = booking.claims.map {
            Claim(unit: $0.unit, quantity: $0.unitCapacity, priceMinor: $0.priceMinor, unitCapacity: $0.unitCapacity)
        }
        let stray = Booking(
            id: BookingID(offering: offering.id, own: own), hold: HoldID(offering: offering.id, own: own),
            customer: Cast.customers[0], claims: claims, currency: offering.currency, paymentToken: "tok_visa",
            createdAt: world.clock.timestamp)
        return LedgerChange(.queued, stray, offering: offering, epoch: record.epochs[0])
    }
}

// MARK: - Nodes

extension ScheduleRun {
    mutating func start(slot: Int) {
        guard slots[slot]?.isDown ?? true else { return }
        if let other = slots[1 - slot], !other.isDown { world.inject("takeover") }
        nodesStarted += 1
        let node = SimulatedNode(name: "node \(nodesStarted)", world: world)
        slots[slot] = node
        node.start()
    }

    func crash(_ node: SimulatedNode) {
        node.crash()
        world.judge { $0.crashed(node.name) }
    }
}

// MARK: - Jobs and time

extension ScheduleRun {
    /// Lets the world go on for a while: a few jobs, all that are ready, or those of the next moments too.
    private func settle() {
        switch world.draw({ $0.below(4) }) {
        case 0: for _ in 0..<world.draw({ $0.below(12) }) where runJob() {}
        case 1: runUntilIdle()
        default:
            for _ in 0..<world.draw({ $0.below(4) }) {
                runUntilIdle()
                advanceToNextSleeper(within: .seconds(10))
            }
            runUntilIdle()
        }
    }

    private func runJob() -> Bool {
        let count = world.executor.runNext()
        if count > 0 { world.noteJob(of: count) }
        return count > 0
    }

    func runUntilIdle() {
        for _ in 0..<Self.jobLimit {
            guard runJob() else { return check() }
        }
        world.judge { $0.broken(.i2, "the nodes work without end") }
    }

    func check() {
        let contents = StoreContents(world)
        world.judge { $0.check(contents, at: now) }
    }

    private var clocks: [ManualClock] {
        [world.clock] + slots.compactMap { $0 }.filter { !$0.isDown }.map(\.wire.clock)
    }

    func advance(by duration: Duration) {
        for clock in clocks { clock.advance(by: duration) }
    }

    func advanceToNextSleeper(within limit: Duration) {
        guard let next = clocks.compactMap(\.nextDeadline).min(), next <= now + limit else { return }
        advance(by: max(next - now, .zero))
    }
}
