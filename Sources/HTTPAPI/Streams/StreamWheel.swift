import NIOCore

/// Has all streams of an event loop show that they live, by one timer. They take turns, a slot at a tick.
///
/// Lives on its event loop.
final class StreamWheel {
    private static let slotCount = 16

    private let eventLoop: any EventLoop
    private let tick: TimeAmount
    private var slots: [[ObjectIdentifier: StreamHandler]] = Array(repeating: [:], count: slotCount)
    private var current = 0
    private var count = 0
    private var timer: RepeatedTask?

    /// - Parameter interval: The pause between two signs of life of a stream.
    init(eventLoop: any EventLoop, interval: TimeAmount) {
        self.eventLoop = eventLoop
        tick = .nanoseconds(max(1, interval.nanoseconds / Int64(Self.slotCount)))
    }

    /// The stream's first sign of life comes after a whole interval.
    ///
    /// - Returns: The slot, by which it is removed.
    func add(_ stream: StreamHandler) -> Int {
        let slot = current
        slots[slot][ObjectIdentifier(stream)] = stream
        count += 1
        if timer == nil { start() }
        return slot
    }

    func remove(_ stream: StreamHandler, from slot: Int) {
        guard slots[slot].removeValue(forKey: ObjectIdentifier(stream)) != nil else { return }
        count -= 1
        if count == 0 { stop() }
    }

    private func start() {
        let wheel = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in wheel.value.turn() }
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }

    private func turn() {
        current = (current + 1) % Self.slotCount
        // A copy, since a stream that is dropped leaves its slot.
        for stream in Array(slots[current].values) { stream.beat() }
    }
}
