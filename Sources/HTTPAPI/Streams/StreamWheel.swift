import Accounts
import NIOCore

/// Has all streams of an event loop show that they live, by one timer. They take turns, a slot at a tick. And ends those
/// whose readers' sessions have ended.
///
/// Lives on its event loop.
final class StreamWheel {
    private struct Entry {
        let stream: StreamHandler
        let place: StreamPlace
    }

    private let eventLoop: any EventLoop
    private let tokens: Tokens
    private let tick: TimeAmount
    private var slots: [[ObjectIdentifier: Entry]]
    private var current = 0
    private var count = 0
    private var revocationCount = 0
    private var timer: RepeatedTask?

    /// - Parameters:
    ///   - interval: The pause between two signs of life of a stream.
    ///   - tokens: Know which sessions have ended.
    init(eventLoop: any EventLoop, interval: TimeAmount, tokens: Tokens) {
        self.eventLoop = eventLoop
        self.tokens = tokens
        // A tick is a second at most: no stream is open for much longer than its session.
        let slotCount = max(16, interval.nanoseconds / TimeAmount.seconds(1).nanoseconds)
        slots = Array(repeating: [:], count: Int(slotCount))
        tick = .nanoseconds(max(1, interval.nanoseconds / slotCount))
    }

    /// The stream's first sign of life comes after a whole interval.
    ///
    /// - Returns: The slot, by which it is removed.
    func add(_ stream: StreamHandler, in place: StreamPlace) -> Int {
        let (slot, entry) = (current, Entry(stream: stream, place: place))
        slots[slot][ObjectIdentifier(stream)] = entry
        count += 1
        if timer == nil { start() }
        // Its session may have ended since its token was looked at.
        if isRevoked(entry) { stream.end() }
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
        current = (current + 1) % slots.count
        // A copy, since a stream that is dropped leaves its slot.
        for entry in Array(slots[current].values) { entry.stream.beat() }
        endRevoked()
    }

    /// Looks at all streams, but only when more sessions have ended since the last tick.
    private func endRevoked() {
        let count = tokens.revocationCount
        guard count != revocationCount else { return }
        revocationCount = count
        for entry in slots.joined().map(\.value) where isRevoked(entry) { entry.stream.end() }
    }

    private func isRevoked(_ entry: Entry) -> Bool {
        guard let reader = entry.place.reader else { return false }
        return tokens.isRevoked(reader.session, issuedAt: reader.tokenIssuedAt)
    }
}
