import Booking
import Synchronization

extension Timestamp {
    /// 2027-03-01T12:00:00.250Z: no whole second, so that rounding shows.
    static let noon = Timestamp(millisecondsSince1970: 1_803_902_400_250)
}

/// A wall clock that moves when it is told to.
final class SteppingClock: Sendable {
    private let time = Mutex(Timestamp.noon)

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
