import Booking
import Inventory
import Randomness
import Synchronization

/// Ties a node to the world. A crash cuts it: from then on nothing comes through in either direction.
final class NodeWire: Sendable {
    let name: String
    let world: World
    /// The node's own clock, which stops with it.
    let clock: ManualClock
    private let cut = Mutex(false)

    init(name: String, world: World) {
        self.name = name
        self.world = world
        clock = ManualClock(now: world.clock.now)
    }

    var isCut: Bool { cut.withLock { $0 } }

    func sever() {
        cut.withLock { $0 = true }
        clock.stop()
    }

    /// The clock as the node's engine sees it.
    var engineClock: any BookingClock { world.plant == .deadlineEarly ? HastyClock(clock: clock) : clock }

    func pause(_ choices: [Int]) async {
        let milliseconds = world.draw { $0.pick(choices) }
        try? await clock.sleep(until: clock.now + .milliseconds(milliseconds))
    }

    /// Whether a call takes effect that is on its way now: always while both ends live, by chance when its sender is gone.
    var arrives: Bool {
        !(isCut || Task.isCancelled) || world.draw { $0.once(in: 2) }
    }
}

/// The clock of the plant `deadlineEarly`.
private final class HastyClock: BookingClock {
    private let clock: ManualClock
    private let shown = Mutex(Moment(nanoseconds: 0))

    init(clock: ManualClock) { self.clock = clock }

    var now: Moment { max(clock.now, shown.withLock { $0 }) }

    var timestamp: Timestamp { clock.timestamp }

    func sleep(until deadline: Moment) async throws {
        try await clock.sleep(until: deadline + .seconds(-1))
        shown.withLock { $0 = max($0, deadline) }
    }
}
