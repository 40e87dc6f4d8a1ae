import Booking
import Inventory

/// The end of a schedule: the faults are over, one node is left, and everything must come to its end.
extension ScheduleRun {
    /// Longer than any hold lasts.
    private static let longEnough = Duration.seconds(300)
    private static let restLimit = 2_000

    mutating func comeToRest() {
        world.note("faults are over")
        world.clearFaults()
        letOneOwnerLive()
        guard untilAtRest() else {
            return checkAtRest()
        }
        viewAtRest()
        // What a new process makes of the stores must be the same.
        slots.compactMap { $0 }.forEach(crash)
        letOneOwnerLive()
        _ = untilAtRest()
        viewAtRest()
        checkAtRest()
    }

    /// Ends the world; whatever still runs then has been forgotten.
    func tearDown() {
        world.note("the world ends")
        let wasBroken = isBroken
        slots.compactMap { $0 }.forEach(crash)
        world.clock.stop()
        runUntilIdle()
        if !wasBroken && world.running > 0 {
            world.judge { $0.broken(.i2, "\(world.running) tasks never ended") }
        }
    }

    private mutating func letOneOwnerLive() {
        let owner = slots.compactMap { $0 }.first { $0.isOwner }
        for node in slots.compactMap({ $0 }) where node !== owner && !node.isDown { crash(node) }
        if owner == nil { start(slot: 0) }
        runUntilIdle()
    }

    private func untilAtRest() -> Bool {
        for _ in 0..<Self.restLimit {
            runUntilIdle()
            if isBroken { return false }
            let record = world.ledger.record
            if record.events.isEmpty && record.bookings.values.allSatisfy(\.status.isFinal)
                && slots.contains(where: { $0?.isOwner ?? false })
            {
                advance(by: Self.longEnough)
                runUntilIdle()
                return !isBroken
            }
            advanceToNextSleeper(within: Self.longEnough)
        }
        return false
    }

    private func viewAtRest() {
        for node in slots.compactMap({ $0 }) {
            guard let session = node.session else { continue }
            node.spawn {
                for offering in Cast.offerings { await session.viewAtRest(offering) }
            }
        }
        runUntilIdle()
    }

    private func checkAtRest() {
        let contents = StoreContents(world)
        world.judge { $0.checkAtRest(contents) }
    }
}
