import Glibc
public import Inventory

/// Time as the engine sees it. A simulator puts its own in.
public protocol BookingClock: Sendable {
    /// The monotonic clock, which decides deadlines.
    var now: Moment { get }

    /// The wall clock, which tells people and stores.
    var timestamp: Timestamp { get }

    /// Returns at the deadline, or throws `CancellationError` when the task is cancelled before.
    func sleep(until deadline: Moment) async throws
}

/// The machine's own clocks.
public struct SystemBookingClock: BookingClock {
    private let origin = ContinuousClock().now

    /// Makes a clock whose moments count from now.
    public init() {}

    public var now: Moment {
        Moment(nanoseconds: 0) + origin.duration(to: ContinuousClock().now)
    }

    public var timestamp: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millisecondsSince1970: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    public func sleep(until deadline: Moment) async throws {
        try await Task.sleep(until: origin.advanced(by: deadline - Moment(nanoseconds: 0)), clock: .continuous)
    }
}
