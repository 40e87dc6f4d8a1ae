import Booking
import Inventory

/// The end of a schedule: the faults are over, one node is left, and everything must come to its end.
extension ScheduleRun {
    /// Longer than any hold lasts.
    private static let longEnough = Duration.seconds(300)
    /// A call that is on its way may need several waits to arrive.
    private static let enoughQuietWaits = 3
    private static let restLimit = 2_000

    mutating func comeToRest() {
        world.note("faults are over")
        world.clearFaults()
        world.beginLine(0)
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
        runUntilIdle()
        replaceLostNodes()
    }

    /// What a supervisor does: a node that has lost its shards, or is gone, is started anew. A predecessor's last words
    /// may take the shards at any time.
    private mutating func replaceLostNodes() {
        for node in slots.compactMap({ $0 }) where node.session != nil && !node.isOwner { crash(node) }
        if slots.allSatisfy({ $0?.isDown ?? true }) { start(slot: 0) }
        runUntilIdle()
    }

    /// - Returns: Whether all came to its end, and nothing stirs any more however long one waits.
    private mutating func untilAtRest() -> Bool {
        var quietWaits = 0
        for _ in 0..<Self.restLimit where !isBroken {
            replaceLostNodes()
            guard isSettled else {
                quietWaits = 0
                advanceToNextSleeper(within: Self.longEnough)
                continue
            }
            let changes = world.ledger.record.history.count
            advance(by: Self.longEnough)
            runUntilIdle()
            quietWaits = world.ledger.record.history.count == changes ? quietWaits + 1 : 0
            if quietWaits == Self.enoughQuietWaits { return !isBroken }
        }
        return false
    }

    /// Whether an owner serves, and all that the ledger knows of is done.
    private var isSettled: Bool {
        let record = world.ledger.record
        return record.events.isEmpty && record.bookings.values.allSatisfy(\.isSettled)
            && slots.contains { $0?.isOwner ?? false }
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

extension Booking {
    fileprivate var isSettled: Bool { status.isFinal && !isPaymentOpen && refund?.isDone != false }
}
