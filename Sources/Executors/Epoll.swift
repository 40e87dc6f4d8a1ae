internal import CEpoll
internal import Glibc

/// An epoll instance, and an eventfd that wakes whoever waits for it.
struct Epoll: ~Copyable {
    struct Event {
        let descriptor: Int32
        let registration: UInt32
        let readiness: Readiness
    }

    private static let eventsPerWait = 64

    private let instance: Int32
    private let wakeUp: Int32

    init() {
        instance = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(instance >= 0 && wakeUp >= 0, "no epoll instance: \(String(cString: strerror(errno)))")
        // Edge-triggered, so that the counter need not be read back: each write is an event of its own.
        control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue | EPOLLET.rawValue, registration: 0)
    }

    deinit {
        close(wakeUp)
        close(instance)
    }

    func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout.size(ofValue: one))
    }

    func add(_ descriptor: Int32, _ events: UInt32, registration: UInt32) {
        control(EPOLL_CTL_ADD, descriptor, events, registration: registration)
    }

    func modify(_ descriptor: Int32, _ events: UInt32, registration: UInt32) {
        control(EPOLL_CTL_MOD, descriptor, events, registration: registration)
    }

    /// A descriptor that was closed too early has left the instance already, so the result does not matter.
    func remove(_ descriptor: Int32) {
        var unused = epoll_event()
        _ = epoll_ctl(instance, EPOLL_CTL_DEL, descriptor, &unused)
    }

    /// Waits for events, a wake-up (which is no event), or the deadline.
    func wait(until deadline: ContinuousClock.Instant?) -> [Event] {
        let timeout = deadline.map { Self.milliseconds(until: $0) } ?? -1
        return withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsPerWait) { buffer in
            let count = epoll_wait(instance, buffer.baseAddress, Int32(buffer.count), timeout)
            guard count > 0 else { return [] }
            return buffer.prefix(Int(count)).compactMap { event in
                let descriptor = Int32(truncatingIfNeeded: event.data.u64)
                guard descriptor != wakeUp else { return nil }
                let registration = UInt32(truncatingIfNeeded: event.data.u64 >> 32)
                return Event(
                    descriptor: descriptor, registration: registration, readiness: Readiness(events: event.events))
            }
        }
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32, registration: UInt32) {
        var event = epoll_event()
        event.events = events
        event.data.u64 = UInt64(registration) << 32 | UInt64(UInt32(bitPattern: descriptor))
        let result = epoll_ctl(instance, operation, descriptor, &event)
        precondition(result == 0, "epoll refuses descriptor \(descriptor): \(String(cString: strerror(errno)))")
    }

    /// Rounded up, so that a timer is never early and the thread does not spin through the last millisecond.
    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        guard seconds < 3600 else { return 3_600_000 }
        return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
