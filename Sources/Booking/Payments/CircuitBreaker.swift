import Inventory

/// Decides whether a service that has stopped working is asked at all: a pure state machine.
///
/// Closed, everything goes through. After `threshold` failures in a row it opens, and nothing goes through until
/// `pause` is over; then it is half open and lets one call through, whose outcome closes or opens it again.
struct CircuitBreaker: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case closed(failures: Int)
        case open(until: Moment)
        case halfOpen
    }

    private(set) var state = State.closed(failures: 0)
    let threshold: Int
    let pause: Duration

    init(threshold: Int, pause: Duration) {
        precondition(threshold > 0, "a breaker that opens without a failure never closes")
        self.threshold = threshold
        self.pause = pause
    }

    /// Whether a call may be made now. Each that may must be followed by `succeed` or `fail`.
    mutating func permitsCall(at now: Moment) -> Bool {
        switch state {
        case .closed:
            return true
        case .open(let end):
            guard end <= now else { return false }
            state = .halfOpen
            return true
        case .halfOpen:
            return false
        }
    }

    /// A call was answered: also one that was made before the breaker opened shows that the service works.
    mutating func succeed() {
        state = .closed(failures: 0)
    }

    /// A call was not answered. When the breaker is open, it was made before, and tells nothing new.
    mutating func fail(at now: Moment) {
        switch state {
        case .closed(let failures) where failures + 1 < threshold:
            state = .closed(failures: failures + 1)
        case .closed, .halfOpen:
            state = .open(until: now + pause)
        case .open:
            break
        }
    }
}
